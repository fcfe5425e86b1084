import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PairNode, pairTrees } from '../../trace/difference.ts';
import type { Span } from '../../trace/span.ts';
import { buildTraceTree } from '../../trace/tree.ts';
import { arbitrarySpans } from '../terminal/arbitrary-spans.ts';
import { makeSpan, type SpanSketch } from '../terminal/make-span.ts';

function pair(before: readonly Span[], after: readonly Span[]): PairNode[] {
  return pairTrees(buildTraceTree(before), buildTraceTree(after));
}

/** `=root(=a -b +c)`: matched, removed, added. */
function outline(nodes: readonly PairNode[]): string {
  return nodes
    .map(({ before, after, children }) => {
      const mark = before && after ? '=' : before ? '-' : '+';
      const name = (after ?? before)?.name;
      return `${mark}${name}${children.length > 0 ? `(${outline(children)})` : ''}`;
    })
    .join(' ');
}

/** Spans below one root, in the order given. */
function family(...names: readonly (string | [string, SpanSketch])[]): Span[] {
  const children = names.map((entry, at) => {
    const [name, sketch] = typeof entry === 'string' ? [entry, {}] : entry;
    return makeSpan(`${name}-${at}`, { name, parent: 'root', at: [at + 1, at + 2], ...sketch });
  });
  return [makeSpan('root', { at: [0, 99] }), ...children];
}

function everyNode(nodes: readonly PairNode[]): PairNode[] {
  return nodes.flatMap((node) => [node, ...everyNode(node.children)]);
}

describe('pairTrees', () => {
  test('gives nothing for two empty traces', () => {
    expect(pair([], [])).toEqual([]);
  });

  test('matches spans by name and kind under matched parents, whatever their ids and times', () => {
    const before = family('query', 'render');
    const after = family('query', 'render').map((span) => ({ ...span, traceId: 'f'.repeat(32) }));
    expect(outline(pair(before, after))).toBe('=root(=query =render)');
  });

  test('gives both spans of a match', () => {
    const [before] = family();
    const [after] = family();
    expect(pair(family(), family())).toEqual([{ before, after, children: [] }]);
  });

  test('marks what was removed and what was added, each where it stood', () => {
    expect(outline(pair(family('a', 'b', 'c'), family('a', 'x', 'c', 'y')))).toBe('=root(=a -b +x =c +y)');
  });

  test('puts what was removed from the front before everything else', () => {
    expect(outline(pair(family('a', 'b'), family('b')))).toBe('=root(-a =b)');
  });

  test('takes spans of one name in order, the surplus as removed', () => {
    expect(outline(pair(family('query', 'query', 'query'), family('query')))).toBe(
      '=root(=query -query -query)',
    );
  });

  test('does not match spans of another kind', () => {
    const before = family(['GET', { kind: 'CLIENT' }]);
    const after = family(['GET', { kind: 'SERVER' }]);
    expect(outline(pair(before, after))).toBe('=root(-GET +GET)');
  });

  test('does not match spans whose parents differ', () => {
    const before = [makeSpan('a'), makeSpan('x', { parent: 'a' })];
    const after = [makeSpan('b'), makeSpan('x', { parent: 'b' })];
    expect(outline(pair(before, after))).toBe('-a(-x) +b(+x)');
  });

  test('follows siblings that changed their order', () => {
    expect(outline(pair(family('a', 'b'), family('b', 'a')))).toBe('=root(=b =a)');
  });

  test('follows a chain of 20000 spans', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) =>
      makeSpan(`n${at}`, at === 0 ? {} : { parent: `n${at - 1}` }),
    );
    let depth = 0;
    let nodes: readonly PairNode[] = pair(chain, chain);
    for (; nodes.length > 0; nodes = nodes[0]?.children ?? []) depth += 1;
    expect(depth).toBe(20_000);
  });

  test('has every span of both traces exactly once', () => {
    fc.assert(
      fc.property(arbitrarySpans, arbitrarySpans, (before, after) => {
        const pairs = everyNode(pair(before, after));
        const spans = (roots: ReturnType<typeof buildTraceTree>): Span[] =>
          roots.flatMap((node) => [node.span, ...spans([...node.children])]);
        expect(new Set(pairs.flatMap((node) => node.before ?? []))).toEqual(
          new Set(spans(buildTraceTree(before))),
        );
        expect(pairs.flatMap((node) => node.after ?? [])).toHaveLength(spans(buildTraceTree(after)).length);
      }),
    );
  });
});
