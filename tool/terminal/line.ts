import { styleText } from 'node:util';
import { truncate, widthOf } from './text.ts';

type Style = Parameters<typeof styleText>[0];

/** A part of a line that has one style. */
export interface Piece {
  readonly text: string;
  readonly style?: Style | undefined;
}

export interface Screen {
  readonly columns: number;
  readonly colour: boolean;
}

/** One line of at most `columns` columns, cut with `…`, without blanks at its end. */
export function renderLine(pieces: readonly Piece[], { columns, colour }: Screen): string {
  return fitPieces(pieces, columns)
    .map(({ text, style }) =>
      colour && style && text ? styleText(style, text, { validateStream: false }) : text,
    )
    .join('')
    .trimEnd();
}

export function widthOfPieces(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + widthOf(text), 0);
}

function fitPieces(pieces: readonly Piece[], columns: number): Piece[] {
  const fitted: Piece[] = [];
  let left = columns;
  for (const piece of pieces) {
    const width = widthOf(piece.text);
    if (width > left) {
      fitted.push({ ...piece, text: truncate(piece.text, left) });
      return fitted;
    }
    fitted.push(piece);
    left -= width;
  }
  return fitted;
}

const SERVICE_STYLES = ['cyan', 'magenta', 'yellow', 'blue', 'green', 'cyanBright', 'magentaBright'] as const;

/** A service's colour: the same in every trace and every run, and never the red of an error. */
export function serviceStyle(service: string): Style {
  let hash = 0;
  for (let at = 0; at < service.length; at++) hash = (hash * 31 + service.charCodeAt(at)) >>> 0;
  return SERVICE_STYLES[hash % SERVICE_STYLES.length] ?? 'cyan';
}
