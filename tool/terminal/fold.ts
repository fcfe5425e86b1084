import { durationMs, isError, type Span } from '../trace/span.ts';
import type { SpanNode, Visit } from '../trace/tree.ts';
import { renderDuration } from './duration.ts';
import { count, spanName } from './span-text.ts';

export interface FoldOptions {
  /** A tree of up to so many spans is drawn whole; a larger one is folded to about as many lines. */
  readonly maxLines: number;
  readonly maxRoots: number;
  /** Spans to draw in any case, with the way from their root (its middle left out where it is long). */
  readonly important: (span: Span) => boolean;
  /** Beyond so many spans drawn, further important ones are folded as well. */
  readonly maxImportant: number;
}

/** Neighbours that are drawn as one line. */
export interface Fold {
  /** The topmost ones. */
  readonly nodes: readonly SpanNode[];
  /** All, with those below the topmost. */
  readonly spans: readonly Span[];
}

/** So many siblings of one name are drawn before the rest of them is folded. */
const SAME_NAME = 3;
const DEEPEST = 12;
const LONGEST_WAY = 8;

/** Of the nodes of a walk those to draw one by one: all of a small tree; of a large one the important, then the rest from the roots down. */
export function chooseNodes(visits: readonly Visit[], options: FoldOptions): Set<SpanNode> {
  const roots = visits.filter(({ depth }) => depth === 0).map(({ node }) => node);
  if (visits.length <= options.maxLines && roots.length <= options.maxRoots) {
    return new Set(visits.map(({ node }) => node));
  }

  const chosen = new Set<SpanNode>();
  for (const visit of visits) {
    if (chosen.size >= options.maxImportant) break;
    if (options.important(visit.node.span)) for (const node of wayTo(visit, chosen)) chosen.add(node);
  }
  fillFromRoots(roots, chosen, options);
  return chosen;
}

/** One line for what is folded: `… 37 more SELECT stock (total 74.0 ms)`. Errors among it are counted in words. */
export function renderFold({ nodes, spans }: Fold): string {
  const below = spans.length - nodes.length;
  return `… ${namesOf(nodes)}${below > 0 ? ` and ${below} below` : ''}${inBrackets(foldNotes({ nodes, spans }))}`;
}

function namesOf(nodes: readonly SpanNode[]): string {
  const [first] = nodes;
  if (!first || nodes.some(({ span }) => span.name !== first.span.name))
    return count(nodes.length, 'more span');
  return nodes.length === 1 ? spanName(first.span) : `${nodes.length} more ${spanName(first.span)}`;
}

function foldNotes({ nodes, spans }: Fold): string[] {
  const errors = spans.filter(isError).length;
  const open = spans.filter(({ endTimeUnixNano }) => endTimeUnixNano === undefined).length;
  const notes: string[] = [];

  // A parent's time holds its children's: a sum over both would be wrong.
  const siblings = nodes.every(({ span }) => span.parentSpanId === nodes[0]?.span.parentSpanId);
  if (siblings) {
    notes.push(`total ${renderDuration(nodes.reduce((sum, { span }) => sum + (durationMs(span) ?? 0), 0))}`);
  }
  if (errors > 0) notes.push(`✗ ${count(errors, 'error')}`);
  if (open > 0) notes.push(`${open} in flight`);
  return notes;
}

function inBrackets(notes: readonly string[]): string {
  return notes.length > 0 ? ` (${notes.join(', ')})` : '';
}

/** The nodes from the nearest chosen ancestor down to this one; of a long way its two ends. */
function wayTo(visit: Visit, chosen: ReadonlySet<SpanNode>): SpanNode[] {
  const way: SpanNode[] = [];
  for (let at: Visit | undefined = visit; at && !chosen.has(at.node); at = at.parent) way.push(at.node);
  if (way.length <= LONGEST_WAY) return way;
  return [...way.slice(0, LONGEST_WAY / 2), ...way.slice(-LONGEST_WAY / 2)];
}

function fillFromRoots(roots: readonly SpanNode[], chosen: Set<SpanNode>, options: FoldOptions): void {
  // A node with children may need a second line, for those that are folded.
  const cost = (node: SpanNode) => (node.children.length > 0 ? 2 : 1);
  let lines = [...chosen].reduce((sum, node) => sum + cost(node), 0);

  const families = [{ siblings: roots, depth: 0 }];
  for (const { siblings, depth } of families) {
    const seen = new Map<string, number>();
    let drawn = siblings.filter((node) => chosen.has(node)).length;
    for (const node of siblings) {
      const same = (seen.get(node.span.name) ?? 0) + 1;
      seen.set(node.span.name, same);
      const room = lines < options.maxLines && (depth > 0 || drawn < options.maxRoots);
      if (!chosen.has(node) && room && same <= SAME_NAME && depth < DEEPEST) {
        chosen.add(node);
        drawn += 1;
        lines += cost(node);
      }
      if (chosen.has(node) && node.children.length > 0) {
        families.push({ siblings: node.children, depth: depth + 1 });
      }
    }
    if (depth > 0 && drawn === siblings.length) lines -= 1;
  }
}
