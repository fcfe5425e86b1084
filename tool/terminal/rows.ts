import { type SpanNode, type Visit, walkTree } from '../trace/tree.ts';
import { chooseNodes, type Fold, type FoldOptions } from './fold.ts';

/** A line of a drawn tree, from top to bottom. */
export interface Row {
  readonly content: Content;
  /** What is drawn left of the content: `│ └ `. */
  readonly guides: string;
  /** What is drawn left of a further line of the same content. */
  readonly guidesBelow: string;
  /** The span above in the drawing; undefined at a root. */
  readonly parent: SpanNode | undefined;
}

export interface SpanContent {
  readonly type: 'span';
  readonly node: SpanNode;
  /** What the span is drawn under: a fold when spans between it and the one above are folded. */
  readonly below: 'its parent' | 'a fold';
}

export type Content =
  | SpanContent
  | { readonly type: 'fold'; readonly fold: Fold }
  | { readonly type: 'note'; readonly text: string };

export interface RowOptions extends FoldOptions {
  /** Columns for the guides; those of a deeper span are cut from the left. */
  readonly guideWidth: number;
  /** Notes to draw as the last children of a node, or after the roots. */
  readonly notesUnder?: (node: SpanNode | undefined) => readonly string[];
}

interface Choice {
  readonly chosen: ReadonlySet<SpanNode>;
  readonly aboveChosen: ReadonlySet<SpanNode>;
}

interface Waiting {
  readonly content: Content;
  readonly parent: SpanNode | undefined;
  readonly prefix: string;
  readonly last: boolean;
}

/** The lines of the trees: every span, or where there are too many the chosen ones with the rest as folds. */
export function treeRows(roots: readonly SpanNode[], options: RowOptions): Row[] {
  const visits = [...walkTree(roots)];
  const chosen = chooseNodes(visits, options);
  const choice = { chosen, aboveChosen: ancestorsOf(chosen, visits) };
  const childrenOf = (node: SpanNode | undefined): Content[] => [
    ...contents(node?.children ?? roots, choice),
    ...(options.notesUnder?.(node) ?? []).map((text) => ({ type: 'note', text }) as const),
  ];

  const rows: Row[] = [];
  const waiting = family(childrenOf(undefined), { parent: undefined, prefix: '' });
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { content, parent, prefix, last } = next;
    const guides = parent ? `${prefix}${last ? '└ ' : '├ '}` : '';
    const below = parent ? shorten(`${prefix}${last ? '  ' : '│ '}`, options.guideWidth - 2) : '';
    const children = content.type === 'span' ? childrenOf(content.node) : [];
    rows.push({ content, guides, guidesBelow: `${below}${children.length > 0 ? '│ ' : '  '}`, parent });
    if (content.type === 'span') pushAll(waiting, family(children, { parent: content.node, prefix: below }));
  }
  return rows;
}

function family(children: readonly Content[], above: Pick<Waiting, 'parent' | 'prefix'>): Waiting[] {
  return children.map((content, at) => ({ ...above, content, last: at === children.length - 1 })).reverse();
}

/** Siblings as they are drawn: a chosen span that lies below folded ones is drawn in their place. */
function contents(siblings: readonly SpanNode[], { chosen, aboveChosen }: Choice): Content[] {
  const drawn: Content[] = [];
  let folded: SpanContent[] = [];
  const flush = () => {
    if (folded.length > 0) drawn.push(foldOf(folded, aboveChosen));
    folded = [];
  };

  const waiting = spanContents(siblings, 'its parent');
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (chosen.has(next.node)) {
      flush();
      drawn.push(next);
      continue;
    }
    folded.push(next);
    if (aboveChosen.has(next.node)) pushAll(waiting, spanContents(next.node.children, 'a fold'));
  }
  flush();
  return drawn;
}

/** Last first, to be popped. */
function spanContents(nodes: readonly SpanNode[], below: SpanContent['below']): SpanContent[] {
  return nodes.map((node) => ({ type: 'span', node, below }) as const).reverse();
}

function foldOf(folded: readonly SpanContent[], aboveChosen: ReadonlySet<SpanNode>): Content {
  const [only] = folded;
  // A fold of one takes as much room as the span itself.
  if (only && folded.length === 1 && only.node.children.length === 0) return only;

  const nodes = folded.map(({ node }) => node);
  const spans = nodes.filter((node) => aboveChosen.has(node)).map(({ span }) => span);
  for (const { node } of walkTree(nodes.filter((node) => !aboveChosen.has(node)))) spans.push(node.span);
  return { type: 'fold', fold: { nodes, spans } };
}

function ancestorsOf(chosen: ReadonlySet<SpanNode>, visits: readonly Visit[]): Set<SpanNode> {
  const ancestors = new Set<SpanNode>();
  for (const visit of visits) {
    if (!chosen.has(visit.node)) continue;
    for (let at = visit.parent; at && !ancestors.has(at.node); at = at.parent) ancestors.add(at.node);
  }
  return ancestors;
}

/** As `push(...items)`, which overflows the stack for very many. */
function pushAll<T>(list: T[], items: readonly T[]): void {
  for (const item of items) list.push(item);
}

function shorten(guides: string, width: number): string {
  return guides.length > width ? `… ${guides.slice(guides.length - Math.max(0, width - 2))}` : guides;
}
