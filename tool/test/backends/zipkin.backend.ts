import { expect, test } from 'vitest';
import { type Span, serviceName } from '../../trace/span.ts';
import { describeBackend } from './backend.ts';
import { getJson, type ZipkinSpan, zipkinTrace } from './query.ts';
import { runShop, SHORT_DEADLINE, VISITS, visitShop } from './shop.ts';
import { byTrace, hasError, type Trace } from './traces.ts';

const FOUND_MS = 20_000;

await describeBackend({ name: 'zipkin' }, (zipkin) => {
  test('gives back what the shop exported, in its own words', async () => {
    const traces = byTrace(await runShop({ ...zipkin, env: SHORT_DEADLINE }, visitShop));

    expect(traces.size).toBe(VISITS.traces);
    expect([...traces.values()].filter(hasError)).toHaveLength(VISITS.withErrors);
    for (const [traceId, trace] of traces) {
      const found = async () => (await zipkinTrace(zipkin.queryUrl, traceId)).toSorted(byId);
      await expect.poll(found, { timeout: FOUND_MS }).toHaveLength(trace.length);
      expect((await found()).map(withoutExtras(trace))).toEqual(trace.map(inZipkinsWords).toSorted(byId));
    }
  });

  test('finds the traces of one user', async () => {
    const spans = await runShop(zipkin, async (shop) => {
      await shop.get('/items', { 'x-user-id': 'edsger' });
      await shop.get('/items', { 'x-user-id': 'barbara' });
    });
    const [barbara] = spans.filter(({ attributes }) => attributes['user.id'] === 'barbara');
    const query = new URLSearchParams({ annotationQuery: 'user.id=barbara' });
    const found = async () => {
      const traces = (await getJson(`${zipkin.queryUrl}/api/v2/traces?${query}`)) as ZipkinSpan[][];
      return traces.map(([first]) => first?.traceId);
    };

    await expect.poll(found, { timeout: FOUND_MS }).toEqual([barbara?.traceId]);
  });
});

const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1);

interface Comparable extends Omit<ZipkinSpan, 'annotations' | 'parentId' | 'kind'> {
  readonly parentId: string | undefined;
  readonly kind: string | undefined;
  readonly error: boolean;
  readonly events: readonly string[];
}

/** A span as Zipkin has it: names in small letters, microseconds, attributes as text, a status as the tag `error`. */
function inZipkinsWords(span: Span): Comparable {
  const { startTimeUnixNano: start, endTimeUnixNano: end = start, kind } = span;
  return {
    traceId: span.traceId,
    id: span.spanId,
    parentId: span.parentSpanId,
    name: span.name.toLowerCase(),
    kind: kind === 'INTERNAL' ? undefined : kind,
    timestamp: microseconds(start),
    duration: Math.max(1, microseconds(end - start)),
    localEndpoint: { serviceName: serviceName(span) },
    tags: Object.fromEntries(Object.entries(span.attributes).map(([key, value]) => [key, String(value)])),
    error: span.status.code === 'ERROR',
    events: span.events.map(({ name }) => name),
  };
}

/** Rounded, as Zipkin's library for Go does. */
const microseconds = (nanoseconds: bigint): number => Number((nanoseconds + 500n) / 1000n);

/** Without what the Collector adds: resource and scope as tags, and a status. */
function withoutExtras(trace: Trace): (span: ZipkinSpan) => Comparable {
  return ({ id, tags, annotations = [], ...span }) => {
    const attributes = trace.find(({ spanId }) => spanId === id)?.attributes ?? {};
    return {
      ...span,
      id,
      parentId: span.parentId,
      kind: span.kind,
      tags: Object.fromEntries(Object.entries(tags).filter(([key]) => key in attributes)),
      error: 'error' in tags,
      events: annotations.map(({ value }) => value.split('|')[0] ?? ''),
    };
  };
}
