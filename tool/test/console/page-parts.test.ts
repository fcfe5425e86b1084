import { describe, expect, test } from 'vitest';
import { applyChange } from '../../console/client/live/traces.ts';
import { parseRoute, routeHash } from '../../console/client/parts/route.ts';
import { inRow, readable } from '../../console/client/parts/text.ts';
import { definitionUrl } from '../../console/client/traces/semantic-conventions.ts';
import { ticks } from '../../console/client/traces/time-scale.ts';
import { countBelow, visibleRows } from '../../console/client/traces/tree-rows.ts';
import { summarize } from '../../console/client/verdict/summary.ts';
import type { TraceSummary } from '../../console/protocol.ts';
import { FAILED_CHECK } from './sample-lesson.ts';

describe('the time axis', () => {
  test.for([
    [60, 4, ['0', '20 ms', '40 ms', '60 ms']],
    [1012, 4, ['0', '500 ms', '1 s']],
    [1.38, 7, ['0', '200 µs', '400 µs', '600 µs', '800 µs', '1 ms', '1.2 ms']],
    [0.001, 2, ['0', '0.5 µs', '1 µs']],
  ] as const)('has round ticks for %d ms in at most %d parts', ([ms, most, texts]) => {
    expect(ticks(ms, most).map(({ text }) => text)).toEqual(texts);
  });
});

describe('the rows of a tree', () => {
  interface Node {
    readonly name: string;
    readonly children: readonly Node[];
  }
  const leaf = (name: string): Node => ({ name, children: [] });
  const roots = [{ name: 'a', children: [{ name: 'b', children: [leaf('c')] }, leaf('d')] }, leaf('e')];
  const rows = (folded: readonly string[]) =>
    visibleRows<Node>(roots, { keyOf: ({ name }) => name, folded: new Set(folded) });

  test('are in order, with level and place among their siblings', () => {
    expect(rows([]).map(({ key, level, place, siblings }) => [key, level, place, siblings])).toEqual([
      ['a', 1, 1, 2],
      ['b', 2, 1, 2],
      ['c', 3, 1, 1],
      ['d', 2, 2, 2],
      ['e', 1, 2, 2],
    ]);
  });

  test('leave out what is below a folded one', () => {
    expect(rows(['b', 'e']).map(({ key }) => key)).toEqual(['a', 'b', 'd', 'e']);
    expect(countBelow(roots[0] as Node)).toBe(3);
  });
});

describe('the place within the page', () => {
  test.for(['#/', '#/trace/ab12', '#/trace/ab12/cd34', '#/compare/ab12', '#/compare/ab12/cd34'])(
    'is kept in the address: %s',
    (hash) => {
      expect(routeHash(parseRoute(hash))).toBe(hash);
    },
  );

  test.for(['', '#what-to-do', '#/trace/<b>', '#/trace', '#/compare/../x'])('is the list for %j', (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'list' });
  });
});

describe('text from outside', () => {
  test('has what nobody sees written out, line breaks left alone', () => {
    expect(readable('a\u202eb\u0000\nc\u2066')).toBe('a\\u202eb\\u0000\nc\\u2066');
  });

  test('is one line of bounded length in a row', () => {
    expect(inRow('a\n\tb')).toBe('a b');
    expect(inRow(' ')).toBe('(no name)');
    expect(inRow('x'.repeat(10_000))).toHaveLength(301);
    expect(inRow(`${'x'.repeat(299)}😀${'x'.repeat(9)}`).isWellFormed()).toBe(true);
  });
});

describe('the definition of an attribute', () => {
  const REGISTRY = 'https://opentelemetry.io/docs/specs/semconv/registry/attributes';
  test.for([
    ['http.request.method', `${REGISTRY}/http/#http-request-method`],
    ['user.id', `${REGISTRY}/user/#user-id`],
    ['user_agent.original', `${REGISTRY}/user-agent/#user-agent-original`],
    ['http.request.header.accept', `${REGISTRY}/http/#http-request-header`],
    ['http.basket', undefined],
    ['constructor', undefined],
  ] as const)('of %s is %s', ([name, url]) => {
    expect(definitionUrl(name)).toBe(url);
  });
});

describe('the list of traces after a change', () => {
  const trace = (number: number): TraceSummary => ({
    traceId: String(number),
    name: '',
    service: '',
    services: 1,
    startTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(number)),
    durationMs: 1,
    spanCount: 1,
    errorCount: 0,
  });
  const counts = { stored: 2, matching: 2, dropped: 0 };

  test('is newest first, without those that are gone, and says the new counts', () => {
    const state = { traces: [trace(2), trace(1)], stored: 2, matching: 2, dropped: 0 };
    const changed = applyChange(state, { ...counts, changed: [trace(3)], gone: ['1'], dropped: 1 });
    expect(changed.traces.map(({ traceId }) => traceId)).toEqual(['3', '2']);
    expect(changed.dropped).toBe(1);
  });

  test('is bounded', () => {
    const changed = Array.from({ length: 2000 }, (_, at) => trace(at));
    const { traces } = applyChange({ ...counts, traces: [] }, { ...counts, changed, gone: [] });
    expect(traces).toHaveLength(500);
    expect(traces[0]?.traceId).toBe('1999');
  });
});

describe('the verdict in a line', () => {
  test('names the next assertion', () => {
    const { text, next, short } = summarize({ check: { state: 'done', result: FAILED_CHECK } });
    expect([text, next, short]).toEqual([
      '2 of 4 passed',
      'the SERVER span is named by method and route',
      '2/4',
    ]);
  });

  test('says that nothing was checked', () => {
    expect(summarize({ check: { state: 'none' } }).text).toBe('Not checked yet');
  });
});
