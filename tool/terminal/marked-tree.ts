import { isError, type Span, serviceName } from '../trace/span.ts';
import { buildTraceTree, type SpanNode, walkTree } from '../trace/tree.ts';
import { renderFold } from './fold.ts';
import { type Piece, renderLine, type Screen, widthOfPieces } from './line.ts';
import { type Row, type SpanContent, treeRows } from './rows.ts';
import { servicePieces } from './span-label.ts';
import {
  attributeTexts,
  errorDetail,
  NO_SPAN,
  orphanText,
  spanDuration,
  spanKind,
  spanName,
} from './span-text.ts';
import { sanitize, truncate, widthOf, wrap } from './text.ts';

export interface MarkedTreeOptions extends Screen {
  /** By span id, what is wrong with the span. */
  readonly marks: ReadonlyMap<string, string>;
  readonly missing?: readonly MissingSpan[];
  /** Attributes to draw after a span's name, where it has them. */
  readonly show?: readonly string[];
  /** More roots than these are folded, unless a mark is below them; 10 where not given. */
  readonly maxRoots?: number;
  /** A larger tree is folded around its marks to about as many lines; 40 where not given. */
  readonly maxLines?: number;
}

export interface MissingSpan {
  /** The span id of the parent that it should have; without one, or where that span never came, it stands after the roots. */
  readonly under?: string;
  /** Such as `a CLIENT span with db.system.name = sqlite`. */
  readonly text: string;
}

/**
 * The spans of a failed check as a tree, the wrong ones marked and the missing ones added where they should be:
 * `✗ SELECT CLIENT 1.02 ms   ← mark` and `+ missing: CLIENT span`. Takes spans of several traces.
 * No line is wider than `columns`; marks and missing spans are never folded nor cut, but go on in the next line.
 */
export function renderMarkedTree(spans: readonly Span[], options: MarkedTreeOptions): string {
  const roots = buildTraceTree(spans);
  if (roots.length === 0) return renderLine([{ text: NO_SPAN }], options);

  const arrived = [...walkTree(roots)].map(({ node }) => node.span);
  const missing = missingByParent(arrived, options.missing ?? []);
  const rows = treeRows(roots, {
    maxLines: options.maxLines ?? 40,
    maxRoots: options.maxRoots ?? 10,
    important: ({ spanId }) => options.marks.has(spanId) || missing.has(spanId),
    maxImportant: Number.POSITIVE_INFINITY,
    guideWidth: Math.max(6, 2 * Math.floor(options.columns / 8)),
    notesUnder: (node) => missing.get(node?.span.spanId) ?? [],
  });

  const severalServices = new Set(arrived.map(serviceName)).size > 1;
  return rows
    .flatMap((row) => rowLines(row, { ...options, severalServices }))
    .map((line) => renderLine(line, options))
    .join('\n');
}

type DrawOptions = MarkedTreeOptions & { readonly severalServices: boolean };

/** The undefined key holds those without a parent here. */
function missingByParent(
  spans: readonly Span[],
  missing: readonly MissingSpan[],
): Map<string | undefined, string[]> {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const byParent = new Map<string | undefined, string[]>();
  for (const { under, text } of missing) {
    const parent = under !== undefined && ids.has(under) ? under : undefined;
    byParent.set(parent, [...(byParent.get(parent) ?? []), text]);
  }
  return byParent;
}

function rowLines(row: Row, options: DrawOptions): Piece[][] {
  const { content } = row;
  if (content.type === 'span') return spanLines({ ...row, content }, options);

  const guides: Piece = { text: row.guides, style: 'dim' };
  if (content.type === 'fold') return [[guides, { text: renderFold(content.fold), style: 'dim' }]];
  const text = `+ missing: ${sanitize(content.text).replace(/^an? /, '')}`;
  return noteLines(text, { first: [guides], row, columns: options.columns });
}

function spanLines(row: Row & { readonly content: SpanContent }, options: DrawOptions): Piece[][] {
  const { span } = row.content.node;
  const mark = options.marks.get(span.spanId);
  const base = spanPieces(row, options);
  if (mark === undefined) return [base];

  const text = `← ${sanitize(mark)}`;
  const sameLine: Piece[] = [...base, { text: `   ${text}`, style: 'red' }];
  if (widthOfPieces(sameLine) <= options.columns) return [sameLine];
  return [
    base,
    ...noteLines(text, { first: [{ text: row.guidesBelow, style: 'dim' }], row, columns: options.columns }),
  ];
}

function spanPieces(row: Row & { readonly content: SpanContent }, options: DrawOptions): Piece[] {
  const { node, below } = row.content;
  const marked = options.marks.has(node.span.spanId);
  const before: Piece[] = [{ text: row.guides, style: 'dim' }];
  if (below === 'a fold') before.push({ text: '… ', style: 'dim' });
  if (marked) before.push({ text: '✗ ', style: 'red' });
  if (options.severalServices) before.push(...servicePieces(node.span, { parent: row.parent, width: 20 }));

  const after = factPieces(node, options);
  const room = options.columns - widthOfPieces(before) - widthOfPieces(after);
  const name: Piece = {
    text: truncate(spanName(node.span), Math.max(8, room)),
    style: marked ? ['red', 'bold'] : undefined,
  };
  return [...before, name, ...after];
}

function factPieces(node: SpanNode, { show = [] }: DrawOptions): Piece[] {
  const { span } = node;
  const facts: Piece[] = attributeTexts(span, show).map((text) => ({ text: ` ${text}`, style: 'cyan' }));
  facts.push({ text: ` ${spanKind(span)}`, style: 'dim' }, { text: ` ${spanDuration(span)}` });
  if (isError(span))
    facts.push({ text: ` ERROR ${truncate(errorDetail(span), 40)}`.trimEnd(), style: 'red' });
  if (node.orphan) facts.push({ text: ` ${orphanText(node)}`, style: 'yellow' });
  return facts;
}

/** A note in as many lines as it needs, each further one below the first one's text. */
function noteLines(
  text: string,
  { first, row, columns }: { readonly first: Piece[]; readonly row: Row; readonly columns: number },
): Piece[][] {
  const lines = wrap(text, Math.max(1, columns - widthOf(row.guidesBelow) - 2));
  return lines.map((line, at) => {
    const before: Piece[] = at === 0 ? first : [{ text: `${row.guidesBelow}  `, style: 'dim' }];
    return [...before, { text: line, style: 'red' }];
  });
}
