import { serviceName } from '../trace/span.ts';
import type { SpanNode } from '../trace/tree.ts';
import { renderFold } from './fold.ts';
import { type Piece, serviceStyle, widthOfPieces } from './line.ts';
import type { Row, SpanContent } from './rows.ts';
import { spanLabel } from './span-label.ts';
import { attributeTexts, spanDuration, spanKind } from './span-text.ts';
import { pad, widthOf } from './text.ts';
import { renderBar, type TimeAxis, timeAxis } from './time-axis.ts';

export interface TableOptions {
  readonly axis: TimeAxis;
  readonly columns: number;
  readonly severalServices: boolean;
  /** The node below which the attributes of its request are told. */
  readonly described: SpanNode | undefined;
}

interface Widths {
  readonly label: number;
  readonly kind: number;
  /** 0 where bars are left out. */
  readonly bar: number;
  readonly duration: number;
}

interface Cells {
  readonly label: readonly Piece[];
  readonly kind: string;
  readonly bar: { readonly start: bigint; readonly end: bigint | undefined; readonly style: Piece['style'] };
  readonly duration: string;
  /** Further lines, not in columns. */
  readonly below: readonly Piece[][];
}

const GAP = '  ';
const NARROWEST_WITH_BARS = 50;
const NARROWEST_WITH_KINDS = 40;
const SHORTEST_BAR = 10;

/** What a learner compares with the request just made; everything else is in the console. */
const TOLD_OF_REQUEST = ['http.response.status_code', 'url.path', 'user.id'];

/** The waterfall's lines, with label, kind, bar and duration each in its column. */
export function tableLines(rows: readonly Row[], options: TableOptions): Piece[][] {
  const most = widthsFor(rows, options.columns);
  const cells = rows.map((row) => cellsOf(row, most.label, options));
  const widths = most.bar > 0 ? shrinkLabel(most, cells) : most;
  return cells.flatMap((row) => [lineOf(row, widths, options.axis), ...row.below]);
}

/** The widest label that still leaves the bars a third of the room. */
function widthsFor(rows: readonly Row[], columns: number): Widths {
  const spans = rows.flatMap(({ content }) => (content.type === 'span' ? [content.node.span] : []));
  const kind = columns < NARROWEST_WITH_KINDS ? 0 : largest(spans.map((span) => spanKind(span).length));
  const duration = largest(spans.map((span) => spanDuration(span).length));
  if (columns < NARROWEST_WITH_BARS) {
    return { label: Math.max(1, columns - kind - duration - 2 * GAP.length), kind, bar: 0, duration };
  }
  const room = columns - kind - duration - 3 * GAP.length;
  const bar = Math.max(SHORTEST_BAR, Math.floor(room / 3));
  return { label: Math.max(1, room - bar), kind, bar, duration };
}

/** Where no label is that wide, the bars have the rest. */
function shrinkLabel(widths: Widths, cells: readonly Cells[]): Widths {
  const needed = cells.map(({ label }) => widthOfPieces(label)).filter((width) => width <= widths.label);
  const label = Math.max(1, largest(needed));
  return { ...widths, label, bar: widths.bar + widths.label - label };
}

function cellsOf(row: Row, width: number, options: TableOptions): Cells {
  const { content } = row;
  if (content.type === 'span') return spanCells({ ...row, content }, width, options);
  if (content.type === 'note') return textCells(row, content.text, timeAxis([]));
  return textCells(row, renderFold(content.fold), timeAxis(content.fold.spans));
}

function spanCells(row: Row & { content: SpanContent }, width: number, options: TableOptions): Cells {
  const { node } = row.content;
  const { pieces, detailLeft } = spanLabel(row, { width, severalServices: options.severalServices });
  const told = node === options.described ? attributeTexts(node.span, TOLD_OF_REQUEST).join('  ') : '';

  const guides: Piece = { text: row.guidesBelow, style: 'dim' };
  const below: Piece[][] = [];
  if (detailLeft !== '') below.push([guides, { text: `✗ ${detailLeft}`, style: 'red' }]);
  if (told !== '') below.push([guides, { text: told, style: 'dim' }]);
  return {
    label: pieces,
    kind: spanKind(node.span),
    bar: {
      start: node.span.startTimeUnixNano,
      end: node.span.endTimeUnixNano,
      style: serviceStyle(serviceName(node.span)),
    },
    duration: spanDuration(node.span),
    below,
  };
}

function textCells({ guides }: Row, text: string, extent: TimeAxis): Cells {
  return {
    label: [
      { text: guides, style: 'dim' },
      { text, style: 'dim' },
    ],
    kind: '',
    bar: { ...extent, style: 'dim' },
    duration: '',
    below: [],
  };
}

function lineOf({ label, kind, bar, duration }: Cells, widths: Widths, axis: TimeAxis): Piece[] {
  const labelWidth = widthOfPieces(label);
  if (labelWidth > widths.label) return [...label];

  const pieces: Piece[] = [...label, { text: ' '.repeat(widths.label - labelWidth) + GAP }];
  pieces.push({ text: pad(kind, widths.kind), style: 'dim' }, { text: GAP });
  if (widths.bar > 0) {
    // Without a start time there is no place for it on the axis.
    const text = bar.start === 0n ? '' : renderBar(bar.start, bar.end, { axis, width: widths.bar });
    pieces.push({ text, style: bar.style }, { text: ' '.repeat(widths.bar - widthOf(text)) + GAP });
  }
  return [...pieces, { text: duration.padStart(widths.duration) }];
}

/** As `Math.max(...numbers)`, which overflows the stack for very many. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}
