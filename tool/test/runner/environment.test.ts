import { expect, test } from 'vitest';
import { appEnvironment } from '../../runner/environment.ts';

const LOOPBACK = {
  no_grpc_proxy: 'localhost,127.0.0.1,::1',
  no_proxy: 'localhost,127.0.0.1,::1',
  NO_PROXY: 'localhost,127.0.0.1,::1',
};

test('passes on what the learner has set, and lets the settings win', () => {
  const inherited = { PATH: '/bin', OTEL_TRACES_SAMPLER_ARG: '0.5', NODE_OPTIONS: '--inspect', PORT: '8080' };

  expect(appEnvironment({ inherited, neutral: false, settings: { PORT: '3000' } })).toEqual({
    PATH: '/bin',
    OTEL_TRACES_SAMPLER_ARG: '0.5',
    NODE_OPTIONS: '--inspect',
    PORT: '3000',
    ...LOOPBACK,
  });
});

test('keeps OpenTelemetry and Node settings of the learner out of a check', () => {
  const inherited = {
    PATH: '/bin',
    OTEL_SDK_DISABLED: 'true',
    NODE_OPTIONS: '--inspect',
    NODE_ENV: 'production',
  };

  expect(
    appEnvironment({
      inherited,
      neutral: true,
      settings: { OTEL_BSP_SCHEDULE_DELAY: '50', NODE_OPTIONS: '--x' },
    }),
  ).toEqual({ PATH: '/bin', OTEL_BSP_SCHEDULE_DELAY: '50', NODE_OPTIONS: '--x', ...LOOPBACK });
});

test('never passes on what belongs to the test runner', () => {
  const inherited = {
    VITEST: 'true',
    VITEST_POOL_ID: '1',
    NODE_ENV: 'test',
    NODE_V8_COVERAGE: '/tmp',
    TEST: 'true',
  };

  expect(appEnvironment({ inherited, neutral: false, settings: {} })).toEqual(LOOPBACK);
});

test("never passes on a signal's own endpoint, which would lead the spans elsewhere", () => {
  const inherited = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://elsewhere:4317' };

  expect(appEnvironment({ inherited, neutral: false, settings: {} })).toEqual(LOOPBACK);
});

test('adds loopback to the hosts that no proxy is used for', () => {
  const inherited = { https_proxy: 'http://proxy:8080', no_proxy: '.corp, 127.0.0.1', NO_PROXY: 'intra' };
  const hosts = '.corp,127.0.0.1,intra,localhost,::1';

  expect(appEnvironment({ inherited, neutral: false, settings: {} })).toEqual({
    https_proxy: 'http://proxy:8080',
    no_grpc_proxy: hosts,
    no_proxy: hosts,
    NO_PROXY: hosts,
  });
});
