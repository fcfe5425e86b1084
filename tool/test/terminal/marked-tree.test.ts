import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MarkedTreeOptions, renderMarkedTree } from '../../terminal/marked-tree.ts';
import { widthOf } from '../../terminal/text.ts';
import type { Span } from '../../trace/span.ts';
import { arbitrarySpans, hostileText, UNSAFE } from './arbitrary-spans.ts';
import { makeSpan } from './make-span.ts';

function draw(spans: readonly Span[], options: Partial<MarkedTreeOptions> = {}): string[] {
  return renderMarkedTree(spans, { columns: 80, colour: false, marks: new Map(), ...options }).split('\n');
}

const items = [
  makeSpan('a', { name: 'GET /items', kind: 'SERVER', at: [0, 12], attributes: { 'user.id': 'ada' } }),
  makeSpan('b', { name: 'request handler - /items', parent: 'a', at: [1, 11] }),
  makeSpan('c', { name: 'SELECT items', parent: 'b', at: [2, 3], attributes: { 'user.id': 'bob' } }),
];

describe('renderMarkedTree', () => {
  test('says so when no span arrived', () => {
    expect(draw([], { missing: [{ text: 'a SERVER span' }] })).toEqual(['(no span arrived)']);
  });

  test('marks a wrong span, and adds a missing one under its parent', () => {
    const marks = new Map([['c', 'expected kind CLIENT']]);
    const missing = [{ under: 'a', text: 'a CLIENT span with db.system.name = sqlite' }];
    expect(draw(items, { marks, missing })).toEqual([
      'GET /items SERVER 12.0 ms',
      '├ request handler - /items INTERNAL 10.0 ms',
      '│ └ ✗ SELECT items INTERNAL 1.00 ms   ← expected kind CLIENT',
      '└ + missing: CLIENT span with db.system.name = sqlite',
    ]);
  });

  test('adds a missing span without a parent here after the roots', () => {
    const missing = [{ text: 'an INTERNAL span' }, { under: 'gone', text: 'a SERVER span' }];
    expect(draw([makeSpan('a')], { missing })).toEqual([
      'a INTERNAL 1.00 ms',
      '+ missing: INTERNAL span',
      '+ missing: SERVER span',
    ]);
  });

  test('shows the attributes asked for, where a span has them', () => {
    expect(draw(items, { show: ['user.id'] })).toEqual([
      'GET /items user.id=ada SERVER 12.0 ms',
      '└ request handler - /items INTERNAL 10.0 ms',
      '  └ SELECT items user.id=bob INTERNAL 1.00 ms',
    ]);
  });

  test('goes on in further lines with a long mark, and cuts the name before it', () => {
    const marks = new Map([
      ['b', 'expected user.id = ada, as the SERVER span of the request has it'],
      ['c', 'here'],
    ]);
    expect(draw(items, { marks, columns: 36 })).toEqual([
      'GET /items SERVER 12.0 ms',
      '└ ✗ request handle… INTERNAL 10.0 ms',
      '  │ ← expected user.id = ada, as',
      '  │   the SERVER span of the request',
      '  │   has it',
      '  └ ✗ SELECT items INTERNAL 1.00 ms',
      '      ← here',
    ]);
  });

  test('shows errors, orphans, spans in flight and where the service changes', () => {
    const spans = [
      makeSpan('a', { kind: 'CLIENT', parent: 'gone', error: 'refused' }),
      makeSpan('b', { kind: 'SERVER', parent: 'a', service: 'upstream', at: [0, undefined] }),
    ];
    expect(draw(spans)).toEqual([
      'shop a CLIENT 1.00 ms ERROR refused (orphan)',
      '└ upstream b SERVER in flight',
    ]);
  });

  test('folds a large trace around its marks', () => {
    const queries = Array.from({ length: 50 }, (_, at) =>
      makeSpan(`q${at}`, { name: 'SELECT stock', kind: 'CLIENT', parent: 'a', at: [at, at + 1] }),
    );
    const marks = new Map([['q30', 'expected user.id']]);
    expect(draw([makeSpan('a', { at: [0, 50] }), ...queries], { marks })).toEqual([
      'a INTERNAL 50.0 ms',
      '├ SELECT stock CLIENT 1.00 ms',
      '├ SELECT stock CLIENT 1.00 ms',
      '├ SELECT stock CLIENT 1.00 ms',
      '├ … 27 more SELECT stock (total 27.0 ms)',
      '├ ✗ SELECT stock CLIENT 1.00 ms   ← expected user.id',
      '└ … 19 more SELECT stock (total 19.0 ms)',
    ]);
  });

  test('folds roots beyond the limit around its marks', () => {
    const roots = Array.from({ length: 30 }, (_, at) =>
      makeSpan(`r${at}`, { traceId: `t${at}`, name: `GET /${at}`, at: [at, at + 1] }),
    );
    expect(draw(roots, { marks: new Map([['r20', 'wrong']]), maxRoots: 3 })).toEqual([
      'GET /0 INTERNAL 1.00 ms',
      'GET /1 INTERNAL 1.00 ms',
      '… 18 more spans (total 18.0 ms)',
      '✗ GET /20 INTERNAL 1.00 ms   ← wrong',
      '… 9 more spans (total 9.00 ms)',
    ]);
  });

  test('draws every mark and missing span, however deep', () => {
    const chain = Array.from({ length: 10_000 }, (_, at) =>
      makeSpan(`n${at}`, at === 0 ? {} : { parent: `n${at - 1}` }),
    );
    const marks = new Map([['n9999', 'deep']]);
    const lines = draw(chain, { marks, missing: [{ under: 'n5000', text: 'a CLIENT span' }] });
    expect(lines.filter((line) => /← deep|\+ missing: CLIENT span/.test(line))).toHaveLength(2);
    expect(lines.length).toBeLessThan(40);
  });

  test('fits every line and obeys nothing, whatever arrives', () => {
    const texts = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }).map(String), hostileText));
    fc.assert(
      fc.property(arbitrarySpans, texts, fc.integer({ min: 1, max: 150 }), (spans, notes, columns) => {
        const missing = notes.map(([under, text]) => ({ under, text }));
        const lines = draw(spans, {
          marks: new Map(notes),
          missing,
          columns,
          show: ['user.id'],
          maxLines: 20,
        });
        for (const line of lines) {
          expect(widthOf(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(UNSAFE);
        }
      }),
    );
  });
});
