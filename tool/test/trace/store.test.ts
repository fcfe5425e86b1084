import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Span } from '../../trace/span.ts';
import { TraceStore } from '../../trace/store.ts';
import { inFlight, spanIdOf, spanOf, traceIdOf } from './store-spans.ts';

describe('a trace store', () => {
  test('gives each trace with its spans in order of arrival, the newest trace first', () => {
    const store = new TraceStore();
    store.add([spanOf(1, 2), spanOf(2, 1)]);
    store.add([spanOf(1, 1)]);

    expect(store.get(traceIdOf(1))).toEqual({ traceId: traceIdOf(1), spans: [spanOf(1, 2), spanOf(1, 1)] });
    expect(store.traces().map(({ traceId }) => traceId)).toEqual([traceIdOf(2), traceIdOf(1)]);
    expect(store.spans()).toEqual([spanOf(1, 2), spanOf(1, 1), spanOf(2, 1)]);
    expect(store.counts).toMatchObject({
      traces: 2,
      spans: 3,
      duplicates: 0,
      evictedTraces: 0,
      droppedSpans: 0,
    });
    expect(store.get(traceIdOf(3))).toBeUndefined();
    expect([store.has(traceIdOf(1)), store.has(traceIdOf(3))]).toEqual([true, false]);
  });

  test('gives a snapshot that later spans do not change', () => {
    const store = new TraceStore();
    store.add([spanOf(1, 1)]);
    const trace = store.get(traceIdOf(1));
    store.add([spanOf(1, 2)]);
    expect(trace?.spans.length).toBe(1);
  });

  test('counts a span that comes twice and keeps the later delivery', () => {
    const store = new TraceStore();
    store.add([spanOf(1, 1), spanOf(1, 1, { name: 'again' })]);
    expect(store.spans()).toEqual([spanOf(1, 1, { name: 'again' })]);
    expect(store.counts).toMatchObject({ spans: 1, duplicates: 1 });
  });

  test('keeps the ended one of two deliveries, whichever comes first', () => {
    const ended = spanOf(1, 1);
    for (const order of [
      [ended, inFlight(ended)],
      [inFlight(ended), ended],
    ]) {
      const store = new TraceStore();
      store.add(order);
      expect(store.spans()).toEqual([ended]);
      expect(store.counts).toMatchObject({ spans: 1, duplicates: 1 });
    }
  });

  test('keeps equal span ids of different traces apart', () => {
    const store = new TraceStore();
    store.add([spanOf(1, 1), spanOf(2, 1)]);
    expect(store.counts).toMatchObject({ traces: 2, spans: 2, duplicates: 0 });
  });

  test('tells its listeners what is news, until they leave', () => {
    const store = new TraceStore();
    const told: (readonly Span[])[] = [];
    const leave = store.onSpans((spans) => told.push(spans));
    store.add([inFlight(spanOf(1, 1))]);
    store.add([spanOf(1, 1), spanOf(1, 2)]);
    store.add([spanOf(1, 1), inFlight(spanOf(1, 2))]);
    leave();
    store.add([spanOf(1, 3)]);
    expect(told).toEqual([[inFlight(spanOf(1, 1))], [spanOf(1, 1), spanOf(1, 2)]]);
  });
});

describe('a full trace store', () => {
  test('evicts the trace that began to arrive first', () => {
    const evicted: string[] = [];
    const store = new TraceStore({ maxTraces: 2, onEvict: (traceId) => evicted.push(traceId) });
    store.add([spanOf(1, 1), spanOf(2, 1), spanOf(1, 2), spanOf(3, 1)]);
    expect(store.traces().map(({ traceId }) => traceId)).toEqual([traceIdOf(3), traceIdOf(2)]);
    expect(evicted).toEqual([traceIdOf(1)]);
    expect(store.counts).toMatchObject({ traces: 2, spans: 2, evictedTraces: 1, droppedSpans: 2 });
  });

  test('evicts by bytes too', () => {
    const store = new TraceStore({ maxBytes: 100_000 });
    const attributes = { text: 'x'.repeat(20_000) };
    store.add([spanOf(1, 1, { attributes }), spanOf(2, 1, { attributes }), spanOf(3, 1, { attributes })]);
    expect(store.traces().map(({ traceId }) => traceId)).toEqual([traceIdOf(3), traceIdOf(2)]);
    expect(store.counts.bytes).toBeLessThanOrEqual(100_000);
  });

  test('counts a large resource, once for the spans that share it', () => {
    const resource = { attributes: { text: 'x'.repeat(20_000) } };
    const store = new TraceStore({ maxBytes: 100_000 });
    store.add([spanOf(1, 1, { resource }), spanOf(1, 2, { resource }), spanOf(1, 3, { resource })]);
    expect(store.counts).toMatchObject({ spans: 3, droppedSpans: 0 });
    store.add([2, 3].map((trace) => spanOf(trace, 1, { resource: { ...resource } })));
    expect(store.counts).toMatchObject({ traces: 2, evictedTraces: 1 });
  });

  test('keeps the latest spans of a trace that alone is too large', () => {
    const store = new TraceStore({ maxBytes: 10_000 });
    for (let span = 1; span <= 1000; span += 1) store.add([spanOf(1, span)]);
    const { spans, droppedSpans, bytes, evictedTraces } = store.counts;
    expect(spans + droppedSpans).toBe(1000);
    expect(spans).toBeGreaterThan(5);
    expect(bytes).toBeLessThanOrEqual(10_000);
    expect(evictedTraces).toBe(0);
    expect(store.get(traceIdOf(1))?.spans.at(-1)?.spanId).toBe(spanIdOf(1000));
  });

  test('does not keep a span that alone is too large', () => {
    const store = new TraceStore({ maxBytes: 10_000 });
    store.add([spanOf(1, 1, { name: 'x'.repeat(10_000) })]);
    expect(store.counts).toMatchObject({ traces: 0, spans: 0, bytes: 0, evictedTraces: 1, droppedSpans: 1 });
  });

  test('holds its limits and its counts whatever comes', () => {
    const span = fc
      .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.nat(3000), fc.boolean())
      .map(([trace, id, length, ended]) => {
        const one = spanOf(trace, id, {
          attributes: { text: 'x'.repeat(length) },
          resource: { attributes: {} },
        });
        return ended ? one : inFlight(one);
      });
    fc.assert(
      fc.property(fc.array(fc.array(span, { maxLength: 10 }), { maxLength: 10 }), (batches) => {
        const store = new TraceStore({ maxTraces: 5, maxBytes: 30_000 });
        for (const batch of batches) store.add(batch);
        const { traces, spans, bytes, duplicates, droppedSpans } = store.counts;
        expect(traces).toBeLessThanOrEqual(5);
        expect(bytes).toBeLessThanOrEqual(30_000);
        expect(spans).toBe(store.spans().length);
        expect(traces).toBe(store.traces().length);
        expect(spans + duplicates + droppedSpans).toBe(batches.flat().length);

        const copy = new TraceStore();
        copy.add(store.spans());
        expect(copy.counts.bytes).toBe(bytes);
      }),
    );
  });
});
