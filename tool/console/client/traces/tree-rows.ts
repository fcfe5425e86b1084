export interface TreeNode<Self> {
  readonly children: readonly Self[];
}

/** A row of a tree that can be folded. */
export interface TreeRow<Node> {
  readonly node: Node;
  readonly key: string;
  /** 1 at a root, as `aria-level` counts. */
  readonly level: number;
  readonly parent: TreeRow<Node> | undefined;
  readonly place: number;
  readonly siblings: number;
  readonly folded: boolean;
}

/** The rows that can be seen, a parent before its children; as deep as the tree goes. */
export function visibleRows<Node extends TreeNode<Node>>(
  roots: readonly Node[],
  { keyOf, folded }: { keyOf: (node: Node) => string; folded: ReadonlySet<string> },
): TreeRow<Node>[] {
  const rows: TreeRow<Node>[] = [];
  const waiting: TreeRow<Node>[] = [];
  const push = (nodes: readonly Node[], parent: TreeRow<Node> | undefined) => {
    for (let at = nodes.length - 1; at >= 0; at--) {
      const node = nodes[at] as Node;
      const key = keyOf(node);
      const level = (parent?.level ?? 0) + 1;
      const place = at + 1;
      waiting.push({ node, key, level, parent, place, siblings: nodes.length, folded: folded.has(key) });
    }
  };
  push(roots, undefined);
  for (let row = waiting.pop(); row; row = waiting.pop()) {
    rows.push(row);
    if (!row.folded) push(row.node.children, row);
  }
  return rows;
}

/** How many nodes are below this one. */
export function countBelow<Node extends TreeNode<Node>>(node: Node): number {
  let below = -1;
  const waiting = [node];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    below += 1;
    for (const child of next.children) waiting.push(child);
  }
  return below;
}
