import type { Readable } from 'node:stream';

export type OutputStream = 'stdout' | 'stderr';

export interface OutputLine {
  readonly stream: OutputStream;
  /** Without its line end, and cut at 4,096 characters. */
  readonly text: string;
}

const LONGEST_LINE = 4096;

/** Call back with every line of a stream, the last one also when it has no line end; longer ones are cut at `longest`. */
export function readLines(stream: Readable, onLine: (text: string) => void, longest = LONGEST_LINE): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    // Kept one character over the limit, so that a line that never ends stays bounded and still reads as cut.
    rest = (lines.pop() ?? '').slice(0, longest + 1);
    for (const line of lines) onLine(cut(line, longest));
  });
  stream.once('close', () => {
    if (rest !== '') onLine(cut(rest, longest));
  });
}

function cut(line: string, longest: number): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** The last lines of the output of a process: at most `maxLines`, of at most `maxCharacters` together. */
export class OutputTail {
  readonly #lines: OutputLine[] = [];
  readonly #maxLines: number;
  readonly #maxCharacters: number;
  #characters = 0;

  constructor({ maxLines = 5000, maxCharacters = 1_000_000 } = {}) {
    this.#maxLines = maxLines;
    this.#maxCharacters = maxCharacters;
  }

  get lines(): readonly OutputLine[] {
    return this.#lines;
  }

  add(line: OutputLine): void {
    this.#lines.push(line);
    this.#characters += line.text.length;
    while (this.#lines.length > this.#maxLines || this.#characters > this.#maxCharacters) {
      this.#characters -= this.#lines.shift()?.text.length ?? 0;
    }
  }
}
