import { expect, test } from 'vitest';
import { callables, functionLike, homeOf, nearestExport, values } from '../../check/diagnosis/exports.ts';

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
  expect(nearestExport('TraceIdRatioSampler')?.name).toBe('TraceIdRatioBasedSampler');
  expect(nearestExport('OTLPExporter')?.name).toBe('OTLPTraceExporter');
});

test('names nothing where several could be meant, or none', () => {
  expect(nearestExport('W3CPropagator')).toBeUndefined();
  expect(nearestExport('Sampler')).toBeUndefined();
  expect(nearestExport('JaegerExporter')).toBeUndefined();
});

test('finds the function that a method was meant for', () => {
  expect(functionLike('createKey')?.name).toBe('createContextKey');
  expect(functionLike('setValue')).toBeUndefined();
});
