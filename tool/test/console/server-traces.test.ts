import { describe, expect, test } from 'vitest';
import type { TraceDetail } from '../../console/protocol.ts';
import { summarize } from '../../console/server/summary.ts';
import type { Span } from '../../trace/span.ts';
import { inFlight, RESOURCE, spanIdOf, spanOf, traceIdOf } from '../trace/store-spans.ts';
import { Served } from './serve.ts';

const NOON = 1_795_525_200_123_456_789n;
const PARENT_IS_REMOTE = 0x300;

const detailOf = async (served: Served, trace: number): Promise<TraceDetail> =>
  JSON.parse((await served.ask(`/api/traces/${traceIdOf(trace)}`)).text);

describe('a trace', () => {
  test('comes in start order, times to the nanosecond, resources and scopes once each', async () => {
    const served = await Served.start();
    const root = spanOf(1, 1, {
      startTimeUnixNano: NOON,
      endTimeUnixNano: NOON + 5n,
      traceState: 'a=b',
      kind: 'SERVER',
    });
    const child = inFlight(
      spanOf(1, 2, {
        parentSpanId: spanIdOf(1),
        flags: PARENT_IS_REMOTE,
        startTimeUnixNano: NOON + 1n,
        attributes: { rows: 2n ** 60n, tags: ['a', 2n ** 60n], none: null },
        events: [{ name: 'retry', timeUnixNano: NOON + 2n, attributes: { n: 1 } }],
        links: [{ traceId: traceIdOf(9), spanId: spanIdOf(9), attributes: {} }],
        status: { code: 'ERROR', message: 'no' },
        scope: { name: 'other', version: '1', attributes: {} },
      }),
    );
    served.store.add([child, root]);

    expect(await detailOf(served, 1)).toEqual({
      traceId: traceIdOf(1),
      spans: [
        {
          traceId: traceIdOf(1),
          spanId: spanIdOf(1),
          parentIsRemote: false,
          traceState: 'a=b',
          name: 'span 1',
          kind: 'SERVER',
          startTimeUnixNano: String(NOON),
          endTimeUnixNano: String(NOON + 5n),
          attributes: {},
          events: [],
          links: [],
          status: { code: 'UNSET' },
          resource: 0,
          scope: 0,
        },
        {
          traceId: traceIdOf(1),
          spanId: spanIdOf(2),
          parentSpanId: spanIdOf(1),
          parentIsRemote: true,
          name: 'span 2',
          kind: 'INTERNAL',
          startTimeUnixNano: String(NOON + 1n),
          attributes: { rows: String(2n ** 60n), tags: ['a', String(2n ** 60n)], none: null },
          events: [{ name: 'retry', timeUnixNano: String(NOON + 2n), attributes: { n: 1 } }],
          links: [{ traceId: traceIdOf(9), spanId: spanIdOf(9), attributes: {} }],
          status: { code: 'ERROR', message: 'no' },
          resource: 0,
          scope: 1,
        },
      ],
      resources: [RESOURCE],
      scopes: [
        { name: 'test', attributes: {} },
        { name: 'other', version: '1', attributes: {} },
      ],
    });
  });

  test('comes with hostile names and attributes as they are, in JSON that no browser takes for a page', async () => {
    const served = await Served.start();
    const hostile = '</script><img src=x onerror=alert(1)>\u2028"\\\u0000\ud800';
    const attributes = Object.fromEntries([
      ['__proto__', 'polluted'],
      [hostile, hostile],
    ]);
    served.store.add([spanOf(1, 1, { name: hostile, attributes })]);
    const { headers, text } = await served.ask(`/api/traces/${traceIdOf(1)}`);

    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    const [span] = (JSON.parse(text) as TraceDetail).spans;
    expect(span?.name).toBe(hostile);
    expect(Object.entries(span?.attributes ?? {})).toEqual([
      ['__proto__', 'polluted'],
      [hostile, hostile],
    ]);
  });

  test('that is not there, or no longer, is said so', async () => {
    const served = await Served.start();
    const { status, text } = await served.ask(`/api/traces/${traceIdOf(1)}`);
    expect([status, text]).toEqual([404, 'The trace is not here, or not any more: the latest are kept.\n']);
  });

  test('says where a backend shows it', async () => {
    const backend = (traceId: string) => ({ name: 'Jaeger', url: `http://localhost:16686/trace/${traceId}` });
    const served = await Served.start({ backend });
    served.store.add([spanOf(1, 1)]);
    expect((await detailOf(served, 1)).backend).toEqual(backend(traceIdOf(1)));
  });
});

describe('a line of the list', () => {
  const line = (...spans: Span[]) => summarize({ traceId: traceIdOf(1), spans });
  const root = spanOf(1, 1, { name: 'root', startTimeUnixNano: 5n, endTimeUnixNano: 9n });
  const child = spanOf(1, 2, { name: 'child', parentSpanId: spanIdOf(1), startTimeUnixNano: 4n });
  const entry = spanOf(1, 3, {
    name: 'entry',
    parentSpanId: spanIdOf(8),
    flags: PARENT_IS_REMOTE,
    startTimeUnixNano: 6n,
    resource: { attributes: { 'service.name': 'worker' } },
  });

  test('has the name of the root span, whatever began before', () => {
    expect(line(entry, child, root)).toMatchObject({
      name: 'root',
      service: 'shop',
      services: 2,
      startTimeUnixNano: '4',
    });
  });

  test('has that of the span which entered a process, where the root has not come', () => {
    expect(line(child, entry)).toMatchObject({ name: 'entry', service: 'worker' });
  });

  test('has that of the earliest span, where neither has', () => {
    expect(line(spanOf(1, 4, { parentSpanId: spanIdOf(7), startTimeUnixNano: 9n }), child)).toMatchObject({
      name: 'child',
    });
  });

  test('lasts from the first start to the last end, and has no end while a span is in flight', () => {
    const late = spanOf(1, 5, {
      parentSpanId: spanIdOf(1),
      startTimeUnixNano: 6n,
      endTimeUnixNano: 2_000_004n,
    });
    expect(line(root, child, late).durationMs).toBe(2);
    expect(line(root, inFlight(child)).durationMs).toBeNull();
    expect(line(spanOf(1, 1, { startTimeUnixNano: 9n, endTimeUnixNano: 2n })).durationMs).toBe(0);
  });

  test('counts spans and errors', () => {
    const failed = spanOf(1, 6, { status: { code: 'ERROR' } });
    expect(line(root, failed)).toMatchObject({ spanCount: 2, errorCount: 1 });
  });
});
