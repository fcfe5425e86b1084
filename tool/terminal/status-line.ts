import { type Piece, renderLine } from './line.ts';

/** Where a command that goes on and on writes: text that scrolls, and one line that stays in sight below it. */
export interface Output {
  /** Text of one or more lines, without the end of the last. */
  print(text: string): void;
  /** What stays in sight from here on; cut to the width. */
  status(line: readonly Piece[]): void;
  /** The same, and of interest also where nothing can stay in sight. */
  verdict(line: readonly Piece[]): void;
  /** Draw anew, in the width that the terminal has now. */
  redraw(): void;
  /** Take the line away, for good. */
  close(): void;
}

export interface OutputOptions {
  readonly out: { write(text: string): unknown };
  readonly columns: () => number;
  readonly colour: boolean;
}

// To the end of the screen, because a terminal that became narrower has wrapped the line.
const CLEAR = '\r\u001B[J';

/**
 * Keeps the line in sight below all other output, without leaving the normal screen. The cursor waits in front of the
 * line: a resize then moves both together, a screen reader finds it there, and nothing has to be restored if we die.
 */
export function statusLine({ out, columns, colour }: OutputOptions): Output {
  let line: readonly Piece[] = [];
  const draw = (above = '') => {
    // A column is left free in front, and one at the end, where some terminals would wrap.
    const text = renderLine(line, { columns: columns() - 2, colour });
    out.write(`${CLEAR}${above}${text && ` ${text}\r`}`);
  };
  const status = (next: readonly Piece[]) => {
    line = next;
    draw();
  };
  return {
    print: (text) => draw(`${text}\n`),
    status,
    verdict: status,
    redraw: () => draw(),
    close: () => status([]),
  };
}

/** Where nothing can stay in sight: plain lines, each verdict one of them, so that a save is never left without an answer. */
export function plainLines({ out, colour }: OutputOptions): Output {
  const print = (text: string) => void out.write(`${text}\n`);
  return {
    print,
    status: () => {},
    verdict: (line) => print(renderLine(line, { columns: Number.POSITIVE_INFINITY, colour })),
    redraw: () => {},
    close: () => {},
  };
}
