import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Span } from '../../trace/span.ts';
import { buildTraceTree, type SpanNode, walkTree } from '../../trace/tree.ts';
import { arbitrarySpans } from '../terminal/arbitrary-spans.ts';
import { makeSpan } from '../terminal/make-span.ts';

/** `a(b c(d))` */
function outline(nodes: readonly SpanNode[]): string {
  return nodes
    .map(({ span, children }) => (children.length > 0 ? `${span.spanId}(${outline(children)})` : span.spanId))
    .join(' ');
}

function tree(...spans: Span[]): string {
  return outline(buildTraceTree(spans));
}

describe('buildTraceTree', () => {
  test('gives no tree for no span', () => {
    expect(buildTraceTree([])).toEqual([]);
  });

  test('puts a child under its parent, even when the child arrives first', () => {
    expect(tree(makeSpan('child', { parent: 'root' }), makeSpan('root'))).toBe('root(child)');
  });

  test('orders roots and siblings by start, equal starts as they arrived', () => {
    const root = makeSpan('root', { at: [0, 9] });
    const late = makeSpan('late', { parent: 'root', at: [5, 6] });
    const early = makeSpan('early', { parent: 'root', at: [1, 8] });
    const equal = makeSpan('equal', { parent: 'root', at: [1, 2] });
    expect(tree(makeSpan('second', { at: [1, 2] }), late, early, equal, root)).toBe(
      'root(early equal late) second',
    );
  });

  test('takes a span that was delivered twice once, the ended one before the one in flight', () => {
    const open = makeSpan('a', { at: [0, undefined] });
    const ended = makeSpan('a', { at: [0, 2] });
    for (const spans of [
      [open, ended, open],
      [ended, open, ended],
    ]) {
      expect(buildTraceTree(spans).map(({ span }) => span)).toEqual([ended]);
    }
  });

  test('keeps equal span ids of different traces apart', () => {
    const traceId = 'f'.repeat(32);
    expect(tree(makeSpan('a'), makeSpan('b', { parent: 'a', traceId }), makeSpan('a', { traceId }))).toBe(
      'a a(b)',
    );
  });

  test('makes a span whose parent never came an orphan', () => {
    const [node] = buildTraceTree([makeSpan('a', { parent: 'gone' })]);
    expect(node).toMatchObject({ orphan: true, remoteParent: false, parentCycle: false });
  });

  test('makes a span whose parent is remote a root that is no orphan', () => {
    const [node] = buildTraceTree([makeSpan('a', { parent: 'caller', flags: 0x301 })]);
    expect(node).toMatchObject({ orphan: false, remoteParent: true });
  });

  test('links a remote parent that is here', () => {
    expect(tree(makeSpan('a', { parent: 'caller', flags: 0x301 }), makeSpan('caller'))).toBe('caller(a)');
  });

  test('takes a root span for what it is', () => {
    expect(buildTraceTree([makeSpan('a')])[0]).toMatchObject({ orphan: false, remoteParent: false });
  });

  test.for([1, 2, 3, 50])('cuts a parent cycle of %i spans once', (length) => {
    const cycle = Array.from({ length }, (_, at) =>
      makeSpan(`c${at}`, { parent: `c${(at + length - 1) % length}`, at: [at, at + 1] }),
    );
    const roots = buildTraceTree(cycle);
    expect(roots).toMatchObject([{ span: { spanId: 'c0' }, orphan: true, parentCycle: true }]);
    expect([...walkTree(roots)].map(({ node }) => node.span)).toEqual(cycle);
  });

  test('keeps what hangs below a parent cycle', () => {
    const spans = [
      makeSpan('tail', { parent: 'b', at: [0, 1] }),
      makeSpan('a', { parent: 'b', at: [1, 2] }),
      makeSpan('b', { parent: 'a', at: [2, 3] }),
    ];
    expect(tree(...spans)).toBe('b(tail a)');
  });

  test('follows a chain of 20000 spans', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) =>
      makeSpan(`n${at}`, at === 0 ? {} : { parent: `n${at - 1}` }),
    );
    const visits = [...walkTree(buildTraceTree(chain.toReversed()))];
    expect(visits.at(-1)).toMatchObject({ depth: 19_999, node: { span: { spanId: 'n19999' } } });
  });

  test('has every span exactly once, whatever the parents say', () => {
    fc.assert(
      fc.property(arbitrarySpans, (spans) => {
        const ids = (all: readonly Span[]) => all.map(({ traceId, spanId }) => traceId + spanId);
        const drawn = ids([...walkTree(buildTraceTree(spans))].map(({ node }) => node.span));
        expect(drawn.toSorted()).toEqual([...new Set(ids(spans))].sort());
      }),
    );
  });
});

describe('walkTree', () => {
  test('visits a parent before its children, and knows the way back', () => {
    const roots = buildTraceTree([
      makeSpan('a'),
      makeSpan('b', { parent: 'a' }),
      makeSpan('c', { parent: 'b' }),
      makeSpan('d', { parent: 'a' }),
    ]);
    const visits = [...walkTree(roots)];
    expect(
      visits.map(({ node, depth, parent }) => [node.span.spanId, depth, parent?.node.span.spanId]),
    ).toEqual([
      ['a', 0, undefined],
      ['b', 1, 'a'],
      ['c', 2, 'b'],
      ['d', 1, 'a'],
    ]);
  });
});
