import { stripVTControlCharacters, styleText } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../terminal/text.ts';
import { renderTrace, type WaterfallOptions } from '../../terminal/waterfall.ts';
import type { Span } from '../../trace/span.ts';
import { arbitrarySpans, UNSAFE } from './arbitrary-spans.ts';
import { makeSpan, moment } from './make-span.ts';

/** The drawing as a list of its lines, so that an expectation shows where lines end. */
function draw(spans: readonly Span[], options: Partial<WaterfallOptions> = {}): string[] {
  return renderTrace(spans, { columns: 80, colour: false, ...options }).split('\n');
}

const fetchExternal = [
  makeSpan('a', {
    name: 'GET /fetch-external',
    kind: 'SERVER',
    at: [0, 1020],
    attributes: { 'url.path': '/fetch-external', 'http.response.status_code': 504, 'user.id': 'ada' },
  }),
  makeSpan('b', { name: 'request handler - /fetch-external', parent: 'a', at: [3, 1017] }),
  makeSpan('c', { name: 'GET', kind: 'CLIENT', parent: 'b', at: [500, 1010], error: 'TimeoutError' }),
];

const stockQueries = (howMany: number, failed: readonly number[] = []) => [
  makeSpan('a', { name: 'GET /items', kind: 'SERVER', at: [0, 2 * howMany] }),
  ...Array.from({ length: howMany }, (_, at) =>
    makeSpan(`q${at}`, {
      name: 'SELECT stock',
      kind: 'CLIENT',
      parent: 'a',
      at: [2 * at, 2 * at + 2],
      ...(failed.includes(at) ? { error: 'locked' } : {}),
    }),
  ),
];

describe('renderTrace', () => {
  test('says so when no span arrived', () => {
    expect(draw([])).toEqual(['(no span arrived)']);
  });

  test('draws each span under its parent, with its kind, bar and duration, across the terminal', () => {
    expect(draw(fetchExternal)).toEqual([
      'trace 4bf92f35 · shop · 1.02 s · 3 spans · ✗ 1 error · GET /fetch-external',
      'GET /fetch-external                  SERVER    ━━━━━━━━━━━━━━━━━━━━━━━━━  1.02 s',
      '│ http.response.status_code=504  url.path=/fetch-external  user.id=ada',
      '└ request handler - /fetch-external  INTERNAL  ━━━━━━━━━━━━━━━━━━━━━━━━━  1.01 s',
      '  └ GET ✗ ERROR TimeoutError         CLIENT                ━━━━━━━━━━━━━  510 ms',
    ]);
  });

  test('is legible in 60 columns', () => {
    expect(draw(fetchExternal, { columns: 60 })).toEqual([
      'trace 4bf92f35 · shop · 1.02 s · 3 spans · ✗ 1 error · GET…',
      'GET /fetch-external          SERVER    ━━━━━━━━━━━━━  1.02 s',
      '│ http.response.status_code=504  url.path=/fetch-external…',
      '└ request handler - /fetch…  INTERNAL  ━━━━━━━━━━━━━  1.01 s',
      '  └ GET ✗ ERROR              CLIENT          ━━━━━━━  510 ms',
      '      ✗ TimeoutError',
    ]);
  });

  test('leaves the bars out below 50 columns', () => {
    expect(draw(fetchExternal, { columns: 49 })).toEqual([
      'trace 4bf92f35 · shop · 1.02 s · 3 spans · ✗ 1 e…',
      'GET /fetch-external              SERVER    1.02 s',
      '│ http.response.status_code=504  url.path=/fetch…',
      '└ request handler - /fetch-ext…  INTERNAL  1.01 s',
      '  └ GET ✗ ERROR TimeoutError     CLIENT    510 ms',
    ]);
  });

  test('gives a long error message a line of its own', () => {
    const error = 'UNIQUE constraint failed: items.name, items.warehouse, items.shelf';
    const spans = [
      makeSpan('a', { name: 'POST /items', kind: 'SERVER' }),
      makeSpan('b', { name: 'INSERT items', kind: 'CLIENT', parent: 'a', error }),
      makeSpan('c', { name: 'ROLLBACK', kind: 'CLIENT', parent: 'a', at: [0.5, 1] }),
    ];
    expect(draw(spans)).toEqual([
      'trace 4bf92f35 · shop · 1.00 ms · 3 spans · ✗ 1 error · POST /items',
      'POST /items             SERVER  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  1.00 ms',
      '├ INSERT items ✗ ERROR  CLIENT  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  1.00 ms',
      '│   ✗ UNIQUE constraint failed: items.name, items.warehouse, items.shelf',
      '└ ROLLBACK              CLIENT                      ━━━━━━━━━━━━━━━━━━━   500 µs',
    ]);
  });

  test('names the error type of a span that failed without a message', () => {
    const failed = makeSpan('a', { status: { code: 'ERROR' }, attributes: { 'error.type': '504' } });
    expect(draw([failed])[1]).toMatch(/^a ✗ ERROR 504 {2}INTERNAL {2}━+ {2}1.00 ms$/);
  });

  test('names the answer of an upstream that was an error', () => {
    const attributes = { 'http.response.status_code': 503 };
    const failed = makeSpan('a', { kind: 'CLIENT', status: { code: 'ERROR' }, attributes });
    expect(draw([failed])[1]).toMatch(/^a ✗ ERROR 503 {2}CLIENT /);
  });

  test('names a service where it differs from the service above', () => {
    const spans = [
      makeSpan('a', { name: 'GET /', kind: 'SERVER', at: [0, 4] }),
      makeSpan('b', { name: 'GET', kind: 'CLIENT', parent: 'a', at: [1, 4] }),
      makeSpan('c', { name: 'GET /delay', kind: 'SERVER', parent: 'b', at: [2, 3], service: 'upstream' }),
    ];
    expect(draw(spans, { columns: 60 })).toEqual([
      'trace 4bf92f35 · shop, upstream · 4.00 ms · 3 spans · GET /',
      'shop GET /               SERVER  ━━━━━━━━━━━━━━━━━━  4.00 ms',
      '└ GET                    CLIENT       ━━━━━━━━━━━━━  3.00 ms',
      '  └ upstream GET /delay  SERVER           ━━━━━      1.00 ms',
    ]);
  });

  test('draws a span in flight with an open bar to the present', () => {
    const spans = [makeSpan('a', { at: [0, undefined] }), makeSpan('b', { parent: 'a', at: [10, 20] })];
    expect(draw(spans, { columns: 60, now: moment(40) })).toEqual([
      'trace 4bf92f35 · shop · 40.0 ms · 2 spans · 1 in flight · a',
      'a    INTERNAL  ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌>  in flight',
      '└ b  INTERNAL           ━━━━━━━━                     10.0 ms',
    ]);
  });

  test('shows orphans, a remote parent, events and links', () => {
    const event = { name: 'exception', timeUnixNano: moment(1), attributes: {} };
    const link = { traceId: 'f'.repeat(32), spanId: 'f'.repeat(16), attributes: {} };
    const spans = [
      makeSpan('orphan', { parent: 'gone' }),
      makeSpan('cycle', { parent: 'cycle' }),
      makeSpan('job', { parent: 'caller', flags: 0x301, events: [event], links: [link, link] }),
    ];
    expect(draw(spans, { columns: 100 })).toEqual([
      'trace 4bf92f35 · shop · 1.00 ms · 3 spans · 1 orphan (parent not received) · job',
      'orphan (orphan)                          INTERNAL  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  1.00 ms',
      'cycle (parent cycle)                     INTERNAL  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  1.00 ms',
      'job (remote parent) (1 event) (2 links)  INTERNAL  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  1.00 ms',
    ]);
  });

  test('survives a clock that runs backwards and a span without a start', () => {
    const spans = [
      makeSpan('a', { at: [0, 10] }),
      makeSpan('b', { parent: 'a', at: [8, 5] }),
      { ...makeSpan('c', { parent: 'a', at: [0, 10] }), startTimeUnixNano: 0n },
    ];
    expect(draw(spans, { columns: 60 })).toEqual([
      'trace 4bf92f35 · shop · 10.0 ms · 3 spans · a',
      'a    INTERNAL  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━   10.0 ms',
      '├ c  INTERNAL                                       no start',
      '└ b  INTERNAL                              ━        -3.00 ms',
    ]);
  });

  test('keeps columns in line under wide characters and emoji', () => {
    const spans = [makeSpan('a', { name: '查询 👩‍👩‍👧' }), makeSpan('b', { name: 'GET', parent: 'a' })];
    expect(draw(spans, { columns: 50 })).toEqual([
      'trace 4bf92f35 · shop · 1.00 ms · 2 spans · 查询…',
      '查询 👩‍👩‍👧  INTERNAL  ━━━━━━━━━━━━━━━━━━━━━━  1.00 ms',
      '└ GET    INTERNAL  ━━━━━━━━━━━━━━━━━━━━━━  1.00 ms',
    ]);
  });

  test('obeys nothing that a span says to the terminal', () => {
    const hostile = '\u001b[2J\u001b]0;owned\u0007GET\u202e /\r\nitems\u009b31m\u2066';
    const span = makeSpan('a', {
      name: hostile,
      service: hostile,
      error: hostile,
      attributes: { 'user.id': hostile },
    });
    expect(draw([span])).toEqual([
      'trace 4bf92f35 · GET / items · 1.00 ms · 1 span · ✗ 1 error · GET / items',
      'GET / items ✗ ERROR GET / items  INTERNAL  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━  1.00 ms',
      '  user.id=GET / items',
    ]);
  });
});

describe('a long trace', () => {
  test('is drawn whole up to 40 spans', () => {
    expect(draw(stockQueries(39))).toHaveLength(41);
  });

  test('folds siblings of one name, but never the one that failed', () => {
    expect(draw(stockQueries(42, [20]), { columns: 100 })).toEqual([
      'trace 4bf92f35 · shop · 84.0 ms · 43 spans · ✗ 1 error · GET /items',
      'GET /items                                SERVER  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  84.0 ms',
      '├ SELECT stock                            CLIENT  ━                                          2.00 ms',
      '├ SELECT stock                            CLIENT   ━                                         2.00 ms',
      '├ SELECT stock                            CLIENT    ━                                        2.00 ms',
      '├ … 17 more SELECT stock (total 34.0 ms)             ━━━━━━━━━━━━━━━━━',
      '├ SELECT stock ✗ ERROR locked             CLIENT                      ━                      2.00 ms',
      '└ … 21 more SELECT stock (total 42.0 ms)                               ━━━━━━━━━━━━━━━━━━━━',
    ]);
  });

  test('folds failed siblings too once they alone fill it, and counts them', () => {
    const failed = Array.from({ length: 100 }, (_, at) => at);
    const lines = draw(stockQueries(100, failed), { columns: 100 });
    expect(lines).toHaveLength(42);
    expect(lines.at(-1)).toMatch(/^└ … 61 more SELECT stock \(total 122 ms, ✗ 61 errors\)/);
  });

  test('folds what lies below the deepest level, and still draws the one that failed there', () => {
    const chain = Array.from({ length: 100 }, (_, at) =>
      makeSpan(`n${at}`, {
        ...(at === 0 ? {} : { parent: `n${at - 1}` }),
        ...(at === 90 ? { error: 'deep' } : {}),
      }),
    );
    expect(draw(chain, { columns: 49, maxLines: 10 })).toEqual([
      'trace 4bf92f35 · shop · 1.00 ms · 100 spans · ✗…',
      'n0                              INTERNAL  1.00 ms',
      '└ n1                            INTERNAL  1.00 ms',
      '  └ n2                          INTERNAL  1.00 ms',
      '    └ n3                        INTERNAL  1.00 ms',
      '      ├ … 83 more spans',
      '      └ … n87                   INTERNAL  1.00 ms',
      '        └ n88                   INTERNAL  1.00 ms',
      '          └ n89                 INTERNAL  1.00 ms',
      '…         └ n90 ✗ ERROR deep    INTERNAL  1.00 ms',
      '…         └ … n91 and 8 below (total 1.00 ms)',
    ]);
  });
});

describe('in colour', () => {
  const options = { columns: 80, colour: true };

  test('has the same text', () => {
    const spans = stockQueries(50, [7]);
    expect(stripVTControlCharacters(renderTrace(spans, options))).toBe(draw(spans).join('\n'));
  });

  test('has none without being told', () => {
    expect(draw(fetchExternal).join()).not.toContain('\u001b');
  });

  test('draws an error in red, and a service in the same colour in every trace', () => {
    const red = styleText(['red', 'bold'], ' ✗ ERROR', { validateStream: false });
    expect(renderTrace(fetchExternal, options)).toContain(red);

    const barColour = (spans: readonly Span[]) => {
      const drawn = renderTrace(spans, options);
      return drawn.slice(drawn.lastIndexOf('\u001b[', drawn.indexOf('━')), drawn.indexOf('━'));
    };
    expect(barColour([makeSpan('a')])).toBe(barColour(stockQueries(3)));
    expect(barColour([makeSpan('a')])).not.toBe(barColour([makeSpan('a', { service: 'upstream' })]));
  });
});

describe('whatever arrives', () => {
  const columns = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 200 }));

  test('every line fits and nothing in it is obeyed', () => {
    fc.assert(
      fc.property(arbitrarySpans, columns, (spans, width) => {
        for (const line of draw(spans, { columns: width, maxLines: 20 })) {
          expect(widthOf(line)).toBeLessThanOrEqual(width);
          expect(line).not.toMatch(UNSAFE);
        }
      }),
    );
  });

  test('each span is drawn or counted once', () => {
    fc.assert(
      fc.property(arbitrarySpans, fc.integer({ min: 1, max: 200 }), (arrived, maxLines) => {
        const spans = arrived.map((span) => ({
          ...span,
          name: 'n',
          events: [],
          status: { code: 'UNSET' } as const,
        }));
        const distinct = new Set(spans.map(({ traceId, spanId }) => traceId + spanId)).size;
        const lines = draw(spans, { columns: 2000, maxLines });
        expect(spansDrawn(lines)).toBe(distinct);
        expect(lines.length).toBeLessThanOrEqual(Math.max(2 * maxLines, 4) + 2);
      }),
    );
  });
});

/** Lines of spans, and the numbers that the folds say. */
function spansDrawn(lines: readonly string[]): number {
  const numbers = lines.slice(1).map((line) => {
    if (/ {2}(?:INTERNAL|SERVER|CLIENT|-) {2}/.test(line)) return 1;
    const fold = /… (?:(\d+) more )?n(?: and (\d+) below)?(?: |$)/.exec(line);
    return fold ? Number(fold[1] ?? 1) + Number(fold[2] ?? 0) : 0;
  });
  return numbers.reduce((sum, number) => sum + number, 0);
}
