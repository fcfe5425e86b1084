import { describe, expect, test } from 'vitest';
import { parseFilter } from '../../trace/filter.ts';
import type { Span } from '../../trace/span.ts';
import { inFlight, spanOf, traceIdOf } from './store-spans.ts';

const MS = 1_000_000n;

const request = spanOf(1, 1, {
  name: 'GET /items',
  endTimeUnixNano: 250n * MS + 1n,
  attributes: {
    'user.id': 'ada',
    'http.response.status_code': 500,
    tags: ['new', 'Big Basket'],
    paid: false,
  },
  resource: { attributes: { 'service.name': 'shop', 'service.version': '1.2' } },
});
const query = spanOf(1, 2, {
  name: 'SELECT items',
  status: { code: 'ERROR', message: 'no such table' },
  events: [{ name: 'exception', timeUnixNano: 1n, attributes: { 'exception.type': 'SqliteError' } }],
  attributes: { note: 'a "quoted" word', empty: '' },
});

const matches = (filter: string, spans: readonly Span[] = [request, query]) =>
  parseFilter(filter).matches({ traceId: traceIdOf(1), spans });

describe('a filter', () => {
  test.for<[string, boolean]>([
    ['', true],
    ['   ', true],
    ['error', true],
    ['-error', false],
    ['>200ms', true],
    ['>250ms', false],
    ['>=250ms', true],
    ['<=250ms', true],
    ['<0.25s', false],
    ['<1s', true],
    ['>250000us', false],
    ['>249999.9µs', true],
    ['<1min', true],
    ['user.id=ada', true],
    ['user.id=bob', false],
    ['-user.id=bob', true],
    ['http.response.status_code=500', true],
    ['paid=false', true],
    ['tags=new', true],
    ['tags="Big Basket"', true],
    ['service.version=1.2', true],
    ['exception.type=SqliteError', true],
    ['empty=""', true],
    ['user.id=""', false],
    ['toString=x', false],
    ['items', true],
    ['ITEMS', true],
    ['shop', true],
    ['ada', true],
    ['basket', true],
    ['sqliteerror', true],
    ['no such', true],
    ['such', true],
    ['orders', false],
    ['-orders', true],
    ['"GET /items"', true],
    ['"GET  /items"', false],
    ['-"GET /items"', false],
    ['"-x"', false],
    ['"a \\"quoted\\""', true],
    [traceIdOf(1), true],
    ['error >200ms user.id=ada', true],
    ['error >200ms user.id=bob', false],
  ])('%s takes the trace: %s', ([filter, expected]) => {
    expect(parseFilter(filter).problem).toBeUndefined();
    expect(matches(filter)).toBe(expected);
  });

  test('takes a word in quotes as a text', () => {
    const failed = spanOf(1, 1, { status: { code: 'ERROR' } });
    expect(matches('error', [failed])).toBe(true);
    expect(matches('"error"', [failed])).toBe(false);
  });

  test('by duration takes no trace that has a span in flight', () => {
    expect(matches('>1ns', [request, inFlight(query)])).toBe(false);
    expect(matches('<1min', [request, inFlight(query)])).toBe(false);
  });

  test.for([
    ['>200', '>200 is no duration. → Write one with its unit: >200ms.'],
    ['<', '< is no duration. → Write one with its unit: <200ms.'],
    ['>fastms', '>fastms is no duration. → Write one with its unit: >200ms.'],
    ['user.id=', 'user.id= has no value. → Put one behind it: user.id=ada.'],
    ['error -', '- has nothing to negate. → Put a term behind it: -error.'],
    [
      '"GET /items',
      'A quote is not closed, or stands within a word. → Put it around the whole: "GET /items".',
    ],
    ['x"y"', 'A quote is not closed, or stands within a word. → Put it around the whole: "GET /items".'],
  ])('%s says what is wrong, and takes every trace', ([filter = '', problem]) => {
    expect(parseFilter(filter).problem).toBe(problem);
    expect(matches(filter)).toBe(true);
  });
});
