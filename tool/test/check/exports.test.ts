import { expect, test } from 'vitest';
import { callables, homeOf, nearestExport, values } from '../../check/diagnosis/exports.ts';

test.each(Object.entries(callables))('%s exports these classes and functions', async (from, names) => {
  const exported = await import(from);
  for (const name of names.split(' ')) expect(exported[name], name).toBeTypeOf('function');
});

test.each(Object.entries(values))('%s exports these values', async (from, names) => {
  const exported = await import(from);
  for (const name of names.split(' ')) {
    expect(exported[name], name).toBeDefined();
    expect(exported[name], name).not.toBeTypeOf('function');
  }
});

test('finds the package of a name, and the name nearest to one that is misspelt', () => {
  expect(homeOf('ExpressLayerType')).toBe('@opentelemetry/instrumentation-express');
  expect(homeOf('sampler')).toBeUndefined();
  expect(nearestExport('BatchSpanProcesor')?.name).toBe('BatchSpanProcessor');
  expect(nearestExport('context')?.name).toBe('context');
  expect(nearestExport('TraceIdRatioSampler')).toBeUndefined();
});
