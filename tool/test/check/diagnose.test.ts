import { expect, test } from 'vitest';
import { diagnose } from '../../check/diagnosis/diagnose.ts';
import type { AppRun } from '../../check/evidence.ts';
import type { Exchange } from '../../check/exchange.ts';
import type { AppExit } from '../../runner/app.ts';
import { makeAppRun } from '../fixtures/app-run.ts';
import { makeSpan } from '../terminal/make-span.ts';

const crashed: AppExit = {
  file: 'app.ts',
  code: 1,
  signal: null,
  killed: false,
  failure: {
    file: 'tracing.ts',
    line: 24,
    message: 'TypeError: provider.addSpanProcessor is not a function',
  },
};

const killed: AppExit = { file: 'app.ts', code: null, signal: 'SIGKILL', killed: true };

test('the run that crashed explains the failure, whichever was ended because of it', () => {
  for (const exits of [
    [crashed, killed],
    [killed, crashed],
  ]) {
    const evidence = { runs: exits.map(endedBeforeItListened) };
    expect(diagnose(evidence, [])).toMatchObject({ id: 'old-api' });
  }
});

test('a run that the checker ended is no crash', () => {
  expect(diagnose({ runs: [endedBeforeItListened(killed)] }, [])).toBeNull();
});

test('a package that is missing is no line to mend where its name is right', () => {
  const failure = { file: 'app.ts', line: 1, message: "Cannot find package 'express'." };
  expect(diagnose({ runs: [endedBeforeItListened({ ...crashed, failure })] }, [])).toMatchObject({
    id: 'app-crashed',
    mend: expect.stringContaining('npm run doctor says what is missing'),
  });
});

test('an app that ends without an error is said to have done so', () => {
  const silent: AppExit = { file: 'app.ts', code: 3, signal: null, killed: false };
  expect(diagnose({ runs: [endedBeforeItListened(silent)] }, [])).toMatchObject({
    id: 'app-crashed',
    cause: expect.stringContaining('it ended with exit code 3 and printed no error'),
  });
});

test.each([
  [
    'ExpressLayerType is not exported by @opentelemetry/instrumentation-http.',
    "import { ExpressLayerType } from '@opentelemetry/instrumentation-express'",
  ],
  [
    'resourceFromAttribute is not exported by @opentelemetry/resources.',
    "The name nearest to it is resourceFromAttributes, from '@opentelemetry/resources'.",
  ],
  [
    'TypeError: NodeTracerProvider is not a constructor',
    "braces: import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'",
  ],
  ['default is not exported by ./sampling.ts.', "braces: import { … } from './sampling.ts'"],
  [
    "ReferenceError: Cannot access 'provider' before initialization",
    'Declare provider above the line that uses it.',
  ],
  ["ReferenceError: Cannot access 'context' before initialization", 'under another name than the import has'],
  [
    "TypeError: Class constructor HttpInstrumentation cannot be invoked without 'new'",
    'new HttpInstrumentation( … )',
  ],
  [
    'TypeError: resource.getRawAttributes is not a function or its return value is not iterable',
    'merge() takes a resource',
  ],
  ['uv_signal_start EINVAL', 'no process can listen to SIGKILL'],
  [
    'TypeError: The "listener" argument must be of type function. Received an instance of Promise',
    'a function that is not called yet',
  ],
  [
    'Trace is not exported by @opentelemetry/api.',
    "The name nearest to it is trace, from '@opentelemetry/api'.",
  ],
  ['No such built-in module: node:modules', 'The name nearest to it is node:module.'],
  ["Cannot find module 'timings.ts'.", 'Write the name as the file has it'],
  ['TypeError: context.setValue is not a function', 'context.active().setValue(key, value)'],
  ['TypeError: parentContext.getValue is not a function', 'the span first and then the context'],
  ['ReferenceError: error is not defined', 'catch (error) { … }'],
  ['Method not implemented.', 'leave its body empty'],
  ['ReferenceError: sampler is not defined', 'import sampler at the top of that file'],
  ['TypeError: trace is not a function', 'Mend that line, and save.'],
])('%s', (message, mend) => {
  const failure = { file: 'tracing.ts', line: 3, message };
  expect(diagnose({ runs: [endedBeforeItListened({ ...crashed, failure })] }, [])).toMatchObject({
    id: 'app-crashed',
    mend: expect.stringContaining(mend),
  });
});

test.each([
  ['getEnv', 'core', 'process.env.OTEL_TRACES_SAMPLER_ARG'],
  ['ProbabilitySampler', 'core', 'new TraceIdRatioBasedSampler(ratio)'],
  ['ParentOrElseSampler', 'sdk-trace-base', 'new ParentBasedSampler({ root: … })'],
  ['envDetectorSync', 'resources', 'the same name without Sync'],
  ['AlwaysOnSampler', 'core', "from '@opentelemetry/sdk-trace-base'"],
])('%s of an older SDK has its name of today', (name, from, mend) => {
  const failure = {
    file: 'tracing.ts',
    line: 3,
    message: `${name} is not exported by @opentelemetry/${from}.`,
  };
  expect(diagnose({ runs: [endedBeforeItListened({ ...crashed, failure })] }, [])).toMatchObject({
    id: 'old-api',
    mend: expect.stringContaining(mend),
  });
});

test('what is no instrumentation is not called a class where both were made', () => {
  const message = 'TypeError: instrumentation.setTracerProvider is not a function';
  const run = endedBeforeItListened({ ...crashed, failure: { file: 'tracing.ts', line: 28, message } });
  const created = ['http', 'express'].map((name) => ({
    type: 'created' as const,
    name: `@opentelemetry/instrumentation-${name}`,
  }));
  const causeOf = (testimony: AppRun['testimony']) => diagnose({ runs: [{ ...run, testimony }] }, [])?.cause;

  expect(causeOf(created)).toContain('options that stand beside new ExpressInstrumentation()');
  expect(causeOf(created.slice(1))).toContain('the class itself');
});

const ready: AppRun = {
  ...endedBeforeItListened(killed),
  start: { outcome: 'ready', url: '', ms: 0 },
  exit: undefined,
};

test('a hook that leaves express out is not called late', () => {
  const http = { name: '@opentelemetry/instrumentation-http', attributes: {} };
  const run: AppRun = {
    ...ready,
    spans: [makeSpan('GET', { kind: 'SERVER', scope: http })],
    testimony: [
      { type: 'hook', specifier: '@opentelemetry/instrumentation/hook.mjs', withoutExpress: true },
      { type: 'created', name: '@opentelemetry/instrumentation-express' },
    ],
  };
  expect(diagnose({ runs: [run] }, ['no-esm-hook'])).toMatchObject({
    cause: expect.stringContaining('include or exclude in its data'),
    mend: expect.stringContaining('without data'),
  });
});

test.each([
  ['an unknown span is a parent', makeSpan('seed database', { parent: 'unknown' }), 'other-provider'],
  ['no span has an unknown parent', makeSpan('seed database'), 'http-missing'],
])('requests that came without SERVER spans, where %s', (_where, span, id) => {
  const testimony: AppRun['testimony'] = [{ type: 'patched', modules: ['incoming http'] }];
  const runs = [{ ...ready, spans: [span], testimony }];
  expect(diagnose({ runs }, ['other-provider', 'http-missing'])).toMatchObject({ id });
});

test('a sampler that leaves the spans of HttpInstrumentation out is no other provider', () => {
  const scope = '@opentelemetry/instrumentation-http';
  const testimony: AppRun['testimony'] = [
    { type: 'patched', modules: ['incoming http'] },
    { type: 'span-unsampled', name: 'GET', scope, server: true },
  ];
  const spans = [makeSpan('seed database', { parent: 'unknown' })];
  expect(diagnose({ runs: [{ ...ready, spans, testimony }] }, ['other-provider'])).toBeNull();
});

test('of two providers the first that is registered exports nothing', () => {
  const testimony: AppRun['testimony'] = [
    { type: 'diag', level: 'error', message: 'Error: Attempted duplicate registration of API: trace' },
    { type: 'span-ended', name: 'seed database', traceId: '1', spanId: '2' },
  ];
  expect(diagnose({ runs: [{ ...ready, testimony }] }, ['no-exporter'])).toMatchObject({
    cause: expect.stringContaining('the first tracer provider stays'),
    mend: expect.stringContaining('register that one alone'),
  });
});

test.each([
  ['before', 'the app started no span'],
  ['after', 'registered too late'],
])('a provider that is registered %s the first connection', (when, cause) => {
  const testimony: AppRun['testimony'] = [
    { type: 'patched', modules: [] },
    { type: 'registered', what: 'trace' },
  ];
  const inOrder = when === 'after' ? testimony : testimony.toReversed();
  expect(diagnose({ runs: [{ ...ready, testimony: inOrder }] }, ['no-span-started'])).toMatchObject({
    cause: expect.stringContaining(cause),
  });
});

test.each([
  ['was not called for it', 'a circuit breaker', []],
  ['was called for it', 'Make a new AbortSignal', [{ path: '/headers' }]],
])('a 504 after calls that timed out, where the upstream %s', (_where, mend, calls) => {
  const asked = (path: string, status: number, durationMs: number): Exchange => ({
    id: path,
    method: 'GET',
    path: `/fetch-external?from=${path}`,
    sent: {},
    startedAt: 0,
    durationMs,
    outcome: { kind: 'answered', status, headers: {}, body: '' },
  });
  const exchanges = [asked('/hang', 504, 402), asked('/headers', 504, 3)];
  const upstream = calls.map((call) => ({ ...call, method: 'GET', headers: {}, startedAt: 0, closedAt: 1 }));
  const run: AppRun = { ...ready, label: 'UPSTREAM_TIMEOUT_MS=400', exchanges, upstream };
  expect(diagnose({ runs: [run] }, ['deadline-shared'])).toMatchObject({
    mend: expect.stringContaining(mend),
  });
});

function endedBeforeItListened(exit: AppExit): AppRun {
  return makeAppRun({ label: 'a start', start: { outcome: 'ended', exit }, exit });
}
