import { describe, expect, test } from 'vitest';
import { describeQuery, describeValue, matches, type SpanQuery, select } from '../../trace/select.ts';
import { makeSpan } from '../terminal/make-span.ts';

const query = makeSpan('1', {
  name: 'SELECT items',
  kind: 'CLIENT',
  error: 'no such table',
  attributes: { 'db.system.name': 'sqlite', rows: 20, big: 2n ** 60n, tags: ['a', { b: null }], none: null },
});

describe('matches', () => {
  test.for<[SpanQuery, boolean]>([
    [{}, true],
    [{ name: 'SELECT items' }, true],
    [{ name: 'SELECT' }, false],
    [{ name: /^SELECT/ }, true],
    [{ name: undefined, kind: undefined }, true],
    [{ kind: 'CLIENT' }, true],
    [{ kind: 'SERVER' }, false],
    [{ status: 'ERROR' }, true],
    [{ status: 'UNSET' }, false],
    [{ service: 'shop' }, true],
    [{ service: /^worker/ }, false],
    [{ kind: 'CLIENT', 'db.system.name': 'sqlite' }, true],
    [{ kind: 'CLIENT', 'db.system.name': 'mysql' }, false],
    [{ rows: 20 }, true],
    [{ rows: '20' }, false],
    [{ rows: /^\d+$/ }, true],
    [{ big: 2n ** 60n }, true],
    [{ tags: ['a', { b: null }] }, true],
    [{ tags: ['a'] }, false],
    [{ tags: /a/ }, false],
    [{ none: null }, true],
    [{ none: undefined }, false],
    [{ 'user.id': undefined }, true],
    [{ 'user.id': null }, false],
    [{ 'user.id': /./ }, false],
    [{ rows: undefined }, false],
    [{ constructor: undefined }, true],
  ])('%o gives %s', ([wanted, expected]) => {
    expect(matches(query, wanted)).toBe(expected);
  });

  test('gives the same every time with a global expression', () => {
    const name = /SELECT/g;
    expect([matches(query, { name }), matches(query, { name })]).toEqual([true, true]);
  });
});

describe('select', () => {
  test('gives the spans that match in the order in which they came', () => {
    const spans = [makeSpan('b', { kind: 'CLIENT' }), makeSpan('c'), makeSpan('a', { kind: 'CLIENT' })];
    expect(select(spans, { kind: 'CLIENT' }).map(({ spanId }) => spanId)).toEqual(['b', 'a']);
  });
});

describe('describeQuery', () => {
  test.for<[SpanQuery, string]>([
    [{}, 'a span'],
    [{ kind: 'CLIENT', 'db.system.name': 'sqlite' }, 'a CLIENT span with db.system.name = sqlite'],
    [{ kind: 'INTERNAL' }, 'an INTERNAL span'],
    [{ name: 'GET /items', service: 'shop' }, 'a span named GET /items of service shop'],
    [{ name: /^GET/ }, 'a span with a name like /^GET/'],
    [{ name: /^GET/, rows: 20 }, 'a span with a name like /^GET/ and rows = 20'],
    [{ status: 'ERROR', 'error.type': /./ }, 'a span with status ERROR and error.type like /./'],
    [{ 'user.id': undefined }, 'a span without user.id'],
    [
      { a: 1, b: true, c: 'x', d: undefined, e: undefined },
      'a span with a = 1, b = true and c = x, without d and e',
    ],
  ])('%o reads "%s"', ([wanted, text]) => {
    expect(describeQuery(wanted)).toBe(text);
  });
});

describe('describeValue', () => {
  test('puts only that text in quotes which would be taken for another type', () => {
    expect(['ada', '', '200', '-1.5', 'true', 'undefined', '2 items'].map(describeValue)).toEqual([
      ...['ada', '""', '"200"', '"-1.5"', '"true"', '"undefined"', '2 items'],
    ]);
  });

  test('writes lists and big integers', () => {
    expect([200, 2n ** 60n, null, ['a', 1n], { a: [true] }].map(describeValue)).toEqual([
      ...['200', '1152921504606846976', 'null', '["a","1"]', '{"a":[true]}'],
    ]);
  });
});
