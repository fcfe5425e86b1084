import { expect, test } from 'vitest';
import { findMeans, missingPrograms } from './means.ts';
import { renderServers } from './reporter.ts';

const nothing = { PATH: '' };

test('a set-up without its servers and without an engine is skipped, with how to get them', async () => {
  expect(await findMeans('collector', nothing)).toBeUndefined();
  expect(missingPrograms('jaeger', nothing)).toEqual([
    'Jaeger is not on this machine. → Start Docker or Podman, or set JAEGER_BIN: https://www.jaegertracing.io/download/',
  ]);
});

test('a set-up runs as programs once each of them is named', async () => {
  const jaeger = { ...nothing, JAEGER_BIN: '/opt/jaeger' };

  expect(await findMeans('jaeger', jaeger)).toBe('programs');
  expect(await findMeans('collector', jaeger)).toBeUndefined();
  expect(await findMeans('collector', { ...jaeger, OTELCOL_BIN: '/opt/otelcol' })).toBe('programs');
});

test('the summary names what ran and what was skipped', () => {
  expect(renderServers(['Jaeger 2.20.0, programs'], ['Zipkin is not here.'])).toBe(
    '\nReal servers that ran:\n  Jaeger 2.20.0, programs\nSkipped:\n  Zipkin is not here.\n',
  );
  expect(renderServers([], [])).toBe('\nReal servers that ran:\n  none\n');
});
