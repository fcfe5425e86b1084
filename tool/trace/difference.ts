import type { Span } from './span.ts';
import type { SpanNode } from './tree.ts';

/** A span of two traces: in both, or in one of them alone. */
export interface PairNode {
  /** Absent where the span was added. */
  readonly before?: Span;
  /** Absent where the span was removed. */
  readonly after?: Span;
  /** In the order of `after`; a removed span stands behind the one that it stood behind. */
  readonly children: readonly PairNode[];
}

interface OpenPair {
  before?: Span;
  after?: Span;
  children: OpenPair[];
}

interface Match {
  readonly before?: SpanNode;
  readonly after?: SpanNode;
}

interface Waiting {
  readonly into: OpenPair[];
  readonly before: readonly SpanNode[];
  readonly after: readonly SpanNode[];
}

/**
 * The trees of two traces as one. Spans are matched by their place: a parent that is matched itself, name and kind, and among
 * siblings that are alike in these the order. Below a span that is in one trace alone, everything is in that trace alone.
 */
export function pairTrees(before: readonly SpanNode[], after: readonly SpanNode[]): PairNode[] {
  const roots: OpenPair[] = [];
  const waiting: Waiting[] = [{ into: roots, before, after }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const match of matchSiblings(next.before, next.after)) {
      const pair = openPair(match);
      next.into.push(pair);
      waiting.push({
        into: pair.children,
        before: match.before?.children ?? [],
        after: match.after?.children ?? [],
      });
    }
  }
  return roots;
}

function openPair({ before, after }: Match): OpenPair {
  return {
    ...(before && { before: before.span }),
    ...(after && { after: after.span }),
    children: [],
  };
}

function matchSiblings(before: readonly SpanNode[], after: readonly SpanNode[]): Match[] {
  const candidates = Map.groupBy(before, likeness);
  const partners = new Map<SpanNode, SpanNode>();
  const taken = new Map<string, number>();
  for (const node of after) {
    const key = likeness(node);
    const place = taken.get(key) ?? 0;
    taken.set(key, place + 1);
    const partner = candidates.get(key)?.[place];
    if (partner) partners.set(partner, node);
  }
  return inOrder(before, after, partners);
}

/** Matches in the order of `after`, each removed one behind the sibling that it followed. */
function inOrder(
  before: readonly SpanNode[],
  after: readonly SpanNode[],
  partners: ReadonlyMap<SpanNode, SpanNode>,
): Match[] {
  const removedBehind = new Map<SpanNode | undefined, SpanNode[]>();
  const partnerOf = new Map<SpanNode, SpanNode>();
  let behind: SpanNode | undefined;
  for (const node of before) {
    const partner = partners.get(node);
    if (partner) {
      partnerOf.set(partner, node);
      behind = partner;
    } else {
      const removed = removedBehind.get(behind);
      if (removed) removed.push(node);
      else removedBehind.set(behind, [node]);
    }
  }

  const removed = (node: SpanNode | undefined): Match[] =>
    (removedBehind.get(node) ?? []).map((before) => ({ before }));
  const matched = (node: SpanNode): Match => {
    const partner = partnerOf.get(node);
    return partner ? { before: partner, after: node } : { after: node };
  };
  return [...removed(undefined), ...after.flatMap((node) => [matched(node), ...removed(node)])];
}

function likeness({ span }: SpanNode): string {
  return `${span.kind} ${span.name}`;
}
