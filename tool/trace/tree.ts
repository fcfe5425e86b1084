import type { Span } from './span.ts';

export interface SpanNode {
  readonly span: Span;
  /** In start order. */
  readonly children: readonly SpanNode[];
  /** A root of the tree although the span names a parent of its own process: the tree has a hole above it. */
  readonly orphan: boolean;
  /** A root of the tree because its parent is another process's span, which is not here. */
  readonly remoteParent: boolean;
  /** An orphan because the parent that it names is below it, or is the span itself. */
  readonly parentCycle: boolean;
}

/** A node met on a walk, with the way back to its root. */
export interface Visit {
  readonly node: SpanNode;
  readonly parent: Visit | undefined;
  /** 0 at a root. */
  readonly depth: number;
}

type OpenNode = { -readonly [Key in keyof SpanNode]: SpanNode[Key] } & { children: OpenNode[] };

/** https://opentelemetry.io/docs/specs/otlp/: `SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK` of trace.proto. */
const PARENT_IS_REMOTE = 0x200;

/**
 * Link spans into trees, roots and siblings in start order, each span exactly once.
 * Takes spans of several traces. Of a span delivered twice the first counts, an ended one before one in flight.
 * A span whose parent is not here becomes a root, and so does one span of each parent cycle.
 */
export function buildTraceTree(spans: readonly Span[]): SpanNode[] {
  const byId = nodesById(spans);
  const nodes = [...byId.values()].flatMap((trace) => [...trace.values()]).sort(byStart);
  const parents = new Map<OpenNode, OpenNode>();
  for (const node of nodes) {
    const parent = byId.get(node.span.traceId)?.get(node.span.parentSpanId ?? '');
    if (parent) parents.set(node, parent);
  }
  cutCycles(nodes, parents);

  const roots: OpenNode[] = [];
  for (const node of nodes) {
    const parent = parents.get(node);
    (parent?.children ?? roots).push(node);
    if (!parent && node.span.parentSpanId) markRoot(node);
  }
  return roots;
}

/** Visit every node, a parent before its children, siblings in order; as deep as the tree goes. */
export function* walkTree(roots: readonly SpanNode[]): Generator<Visit, void> {
  const waiting: Visit[] = roots.toReversed().map((node) => ({ node, parent: undefined, depth: 0 }));
  for (let visit = waiting.pop(); visit; visit = waiting.pop()) {
    yield visit;
    for (const node of visit.node.children.toReversed()) {
      waiting.push({ node, parent: visit, depth: visit.depth + 1 });
    }
  }
}

/** By trace id, then by span id. */
function nodesById(spans: readonly Span[]): Map<string, Map<string, OpenNode>> {
  const traces = new Map<string, Map<string, OpenNode>>();
  for (const span of spans) {
    let trace = traces.get(span.traceId);
    if (!trace) {
      trace = new Map();
      traces.set(span.traceId, trace);
    }
    const known = trace.get(span.spanId);
    if (!known) trace.set(span.spanId, openNode(span));
    else if (known.span.endTimeUnixNano === undefined) known.span = span;
  }
  return traces;
}

function openNode(span: Span): OpenNode {
  return { span, children: [], orphan: false, remoteParent: false, parentCycle: false };
}

/** Take one parent out of every cycle, so that each span has a root above it. */
function cutCycles(nodes: readonly OpenNode[], parents: Map<OpenNode, OpenNode>): void {
  const passedFrom = new Map<OpenNode, OpenNode>();
  for (const start of nodes) {
    let node: OpenNode | undefined = start;
    while (node && !passedFrom.has(node)) {
      passedFrom.set(node, start);
      node = parents.get(node);
    }

    // Back at a span of this very walk, not of an earlier one.
    if (node && passedFrom.get(node) === start) {
      parents.delete(node);
      node.parentCycle = true;
    }
  }
}

function markRoot(node: OpenNode): void {
  node.remoteParent = !node.parentCycle && ((node.span.flags ?? 0) & PARENT_IS_REMOTE) !== 0;
  node.orphan = !node.remoteParent;
}

function byStart({ span: a }: OpenNode, { span: b }: OpenNode): number {
  if (a.startTimeUnixNano === b.startTimeUnixNano) return 0;
  return a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1;
}
