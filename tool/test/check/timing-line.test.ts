import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../check/exchange.ts';
import { missingParts, readsAnswered, timingLinesOf } from '../../check/timing-line.ts';

describe('a request that came to no route', () => {
  const missing = answered('GET', '/no-such-page', 404);

  test.each([
    '2 404 GET (no route)',
    'GET /no-such-page 404 2 ms',
    'GET - 404 2 ms',
    '{"method":"GET","status":404,"ms":2}',
  ])('has the line %s', (line) => {
    expect(timingLinesOf([line], missing)).toEqual([
      { text: line, ms: 2, named: expect.any(Boolean), statuses: expect.arrayContaining([404]) },
    ]);
  });

  test.each(['404 200 GET /items', 'GET /healthz 200 404 ms', 'GET undefined 404 2 ms'])(
    'does not have %s',
    (line) => {
      expect(timingLinesOf([line], missing)).toEqual([]);
    },
  );

  test('nor does a malformed one have that of an addition of 400 ms', () => {
    expect(timingLinesOf(['400 409 POST /items'], answered('POST', '/', 400))).toEqual([]);
  });
});

test('a duration that looks like the status is not taken for it', () => {
  expect(timingLinesOf(['404 200 GET /items'], answered('GET', '/items', 200))).toMatchObject([{ ms: 404 }]);
});

test.each([
  ['GET /items 200 -4.2 ms', -4.2],
  ['GET /items 200 (-4.2ms)', -4.2],
  ['GET /items 200 - 4.2 ms', 4.2],
  ['{"method":"GET","route":"/items","status":200,"ms":-4.2}', -4.2],
  ['GET-/items-200-4.2ms', undefined],
  ['[GET] /items 200 took=4.2ms', 4.2],
  ['GET /items 200 160,1 ms', 160.1],
  ['GET /items 200 0,829 ms', 0.829],
  ['GET /items 200 1.234,5 ms', 1234.5],
  ['GET /items 200 1,234.5 ms', 1234.5],
  ['GET,/items,200,12ms', 12],
  ['GET,/items,200,12.5 ms', 12.5],
  ['GET /items 200 ttfb=0.1ms total=158.1ms', 158.1],
])('%s tells %s ms', (line, ms) => {
  expect(timingLinesOf([line], answered('GET', '/items', 200))[0]?.ms).toBe(ms);
});

test.each([
  ['GET /items 200 1,214 ms', 1214],
  ['GET /items 200 1.214 ms', 1214],
  ['GET /items 200 1\u202f214,7 ms', 1214.7],
  ['GET /items 200 1’214.495 ms', 1214.495],
  ['{"method":"GET","route":"/items","status":200,"durationMs":"1,213"}', 1213],
  ['GET /items 200 1214.126 ms', 1214.126],
  ['GET /items 200 214,126 ms', 214.126],
  ['GET /items 200 0.214 ms', 0.214],
])('of a request that took more than a second %s tells %s ms', (line, ms) => {
  const request = { ...answered('GET', '/items', 200), durationMs: 1220 };
  expect(timingLinesOf([line], request)[0]?.ms).toBe(ms);
});

test.each([
  ['{"method":"GET","path":"/items","status":200,"dur":0.67,"pid":974}', 0.67],
  ['time=12:03:04 method=GET path=/items status=200 rt=4.5 len=0', 4.5],
  ['{"time":1795759052569,"method":"GET","path":"/items","status":200,"responseTime":12}', 12],
  ['GET /items 200 1.734 1843', 1.734],
  ['GET /items->200 (12.3ms)', 12.3],
  ['142.180 GET /items 200 3', 3],
  ['GET /items/ 200 1.5 98.7', 1.5],
  ['GET /items took 1.5 ms and was answered with 200.', 1.5],
  ['{"method":"GET","route":"/items","status":200,"startMs":908.6,"endMs":910.0,"durationMs":1.4}', 1.4],
  ['time=1795821909 method=GET path=/items status=200 dur=0.9', 0.9],
  ['17 GET /items 200 3', 3],
  ['GET /items 200 3 1843', 3],
])('%s tells %s ms', (line, ms) => {
  expect(timingLinesOf([line], answered('GET', '/items', 200))[0]?.ms).toBe(ms);
});

test('a line for the beginning is none where another has the milliseconds', () => {
  for (const lines of [
    ['[1] GET /items', '[1] GET /items 200 4.5 ms'],
    ['#1 --> GET /items', '#1 <-- GET /items 200 4.5'],
  ])
    expect(timingLinesOf(lines, answered('GET', '/items', 200)).map(({ ms }) => ms)).toEqual([4.5]);
});

test('a status in a list is not taken for a part of the duration', () => {
  const [line] = timingLinesOf(['GET,/items,200,12ms'], answered('GET', '/items', 200));
  expect(line?.statuses).toEqual([200]);
});

test.each([
  ['GET /items 200 12.3 ms', true],
  ['GET /items undefined 12.3 ms', true],
  ['GET /items 200 12.3 ms (client went away)', false],
  ['GET /items aborted 12.3 ms', false],
  ['GET /items 200 aborted 0.3 ms', false],
  ['GET /items 499 12.3 ms', false],
  ['GET /items - 12.3 ms', false],
])('a request that was given up, told by "%s", reads as answered: %s', (text, reads) => {
  const [of = undefined] = timingLinesOf(['GET /items 200 4.5 ms'], answered('GET', '/items', 200));
  const [line] = timingLinesOf([text], { ...answered('GET', '/items', 200), outcome: { kind: 'aborted' } });
  expect(line && readsAnswered(line, of)).toBe(reads);
});

test.each([
  ['GET /items aborted 12.3 ms undefined', 'GET /items 200 4.5 ms ::1', false],
  ['GET /items 499 12.3 ms undefined', 'GET /items 200 4.5 ms ::1', false],
  ['GET /items 200 (aborted) 12.3 ms', 'GET /items 200 (aborted) 4.5 ms', true],
  ['GET /items?from=/hang 200 12.3 ms - -', 'GET /items 200 4.5 ms - 1843', true],
  ['GET /items - 12.3 ms undefined', 'GET /items 200 4.5 ms ::1', false],
  [
    '{"method":"GET","path":"/items","status":200,"done":false,"ms":12.3}',
    '{"method":"GET","path":"/items","status":200,"done":true,"ms":4.5}',
    false,
  ],
])('"%s" beside "%s" reads as answered: %s', (text, other, reads) => {
  const [of] = timingLinesOf([other], answered('GET', '/items', 200));
  const [line] = timingLinesOf([text], { ...answered('GET', '/items', 200), outcome: { kind: 'aborted' } });
  expect(line && readsAnswered(line, of)).toBe(reads);
});

function answered(method: string, path: string, status: number): Exchange {
  return {
    id: 'one',
    method,
    path,
    sent: {},
    startedAt: 0,
    durationMs: 2,
    outcome: { kind: 'answered', status, headers: {}, body: '' },
  };
}

test.each([
  ['GET / 200 12.3 ms', []],
  ['GET / 200', ['milliseconds']],
  ['GET /fetch-external', ['status', 'milliseconds']],
  ['200 12.3 ms', ['method', 'route']],
  ['undefined / 200 12.3 ms', ['method']],
  ['GET / 200 NaN ms', ['milliseconds']],
  ['{"method":"GET","route":"/items","status":200,"ms":null}', ['milliseconds']],
  ['request over', ['method', 'route', 'status', 'milliseconds']],
])('of "%s" these are missing: %s', (line, missing) => {
  expect(missingParts(line)).toEqual(missing);
});
