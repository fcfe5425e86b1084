import { isError, type Span, serviceName } from '../trace/span.ts';
import type { SpanNode } from '../trace/tree.ts';
import { type Piece, serviceStyle, widthOfPieces } from './line.ts';
import type { Row, SpanContent } from './rows.ts';
import { count, errorDetail, orphanText, spanName, spanService } from './span-text.ts';
import { truncate } from './text.ts';

export interface SpanLabel {
  readonly pieces: readonly Piece[];
  /** The error's text where it found no room behind the name. */
  readonly detailLeft: string;
}

/** What stands left of a span's bar. Too long a name is cut; that the span failed or is an orphan always stays. */
export function spanLabel(
  { guides, content, parent }: Row & { readonly content: SpanContent },
  { width, severalServices }: { readonly width: number; readonly severalServices: boolean },
): SpanLabel {
  const { node, below } = content;
  const before: Piece[] = [{ text: guides, style: 'dim' }];
  if (below === 'a fold') before.push({ text: '… ', style: 'dim' });
  if (severalServices) before.push(...servicePieces(node.span, { parent, width: Math.max(6, width / 3) }));

  const marks = markPieces(node);
  const room = Math.max(1, width - widthOfPieces(before) - widthOfPieces(marks));
  const pieces = [...before, namePiece(node.span, room), ...marks];

  const detail = isError(node.span) ? errorDetail(node.span) : '';
  const detailFits = detail === '' || pushIfRoom(pieces, { text: ` ${detail}`, style: 'red' }, width);
  for (const text of notes(node)) pushIfRoom(pieces, { text: ` (${text})`, style: 'dim' }, width);
  return { pieces, detailLeft: detailFits ? '' : detail };
}

/** The service's name, where it is not that of the span above. */
export function servicePieces(
  span: Span,
  { parent, width }: { readonly parent: SpanNode | undefined; readonly width: number },
): Piece[] {
  if (parent && serviceName(parent.span) === serviceName(span)) return [];
  const text = truncate(spanService(span), Math.floor(width));
  return [{ text, style: serviceStyle(serviceName(span)) }, { text: ' ' }];
}

function namePiece(span: Span, width: number): Piece {
  return { text: truncate(spanName(span), width), style: isError(span) ? 'red' : undefined };
}

function markPieces(node: SpanNode): Piece[] {
  const marks: Piece[] = [];
  if (isError(node.span)) marks.push({ text: ' ✗ ERROR', style: ['red', 'bold'] });
  if (node.orphan) marks.push({ text: ` ${orphanText(node)}`, style: 'yellow' });
  return marks;
}

function notes({ span, remoteParent }: SpanNode): string[] {
  const texts = remoteParent ? ['remote parent'] : [];
  if (span.events.length > 0) texts.push(count(span.events.length, 'event'));
  if (span.links.length > 0) texts.push(count(span.links.length, 'link'));
  return texts;
}

function pushIfRoom(pieces: Piece[], piece: Piece, width: number): boolean {
  const fits = widthOfPieces(pieces) + widthOfPieces([piece]) <= width;
  if (fits) pieces.push(piece);
  return fits;
}
