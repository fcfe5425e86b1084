import { structuredPatch } from 'diff';
import { type Paint, painter } from './paint.ts';
import { head, pad, widthOf } from './text.ts';

export interface DiffOptions {
  readonly columns: number;
  readonly colour: boolean;
}

const SIDE_BY_SIDE_FROM = 120;
const CONTEXT = 3;

/** What differs between two texts: side by side where it is wide enough, else one below the other; empty where nothing does. */
export function renderDiff(mine: string, other: string, { columns, colour }: DiffOptions): string {
  const { hunks } = structuredPatch('', '', readable(mine), readable(other), '', '', { context: CONTEXT });
  const page = { columns, paint: painter(colour) };
  const render = columns >= SIDE_BY_SIDE_FROM ? renderRows : renderLines;
  const blocks = hunks.map(({ lines, oldStart, newStart }) => render({ lines, oldStart, newStart }, page));
  return blocks.map((block) => `${block.join('\n')}\n`).join('\n');
}

/** One kind of line end, and nothing that a terminal would obey. */
function readable(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\t', '  ')
    .replace(/(?!\n)\p{Cc}/gu, '');
}

interface Hunk {
  /** Each with its mark in front: ` `, `-` or `+`. */
  readonly lines: readonly string[];
  readonly oldStart: number;
  readonly newStart: number;
}

interface Page {
  readonly columns: number;
  readonly paint: Paint;
}

const COLOURS = { '-': 'red', '+': 'green', ' ': 'dim' } as const;
type Mark = keyof typeof COLOURS;

type Side = 'old' | 'now';

interface Line {
  readonly mark: Mark;
  readonly text: string;
  /** The line's number on either side. */
  readonly numbers: Readonly<Record<Side, number>>;
}

/** Not broken: a terminal does that by itself, and what is copied from it stays whole. Numbers are those of the old text. */
function renderLines(hunk: Hunk, { paint }: Page): string[] {
  return numbered(hunk).map((line) => {
    const number = line.mark === '+' ? '' : String(line.numbers.old);
    return paintLine(`${number.padStart(4)} ${line.mark} ${line.text}`.trimEnd(), line, paint);
  });
}

function renderRows(hunk: Hunk, { columns, paint }: Page): string[] {
  const width = Math.floor((columns - 3) / 2);
  return pairs(numbered(hunk)).flatMap(([left, right]) => {
    const mine = left ? renderCell(left, 'old', width) : [];
    const other = right ? renderCell(right, 'now', width) : [];
    return Array.from({ length: Math.max(mine.length, other.length) }, (_, index) => {
      const one = paintLine(pad(mine[index] ?? '', width), left, paint);
      return `${one} │ ${paintLine(other[index] ?? '', right, paint)}`.trimEnd();
    });
  });
}

function paintLine(text: string, line: Line | undefined, paint: Paint): string {
  return line ? paint(COLOURS[line.mark], text) : text;
}

function numbered({ lines, oldStart, newStart }: Hunk): Line[] {
  let [old, now] = [oldStart, newStart];
  return lines.flatMap((line) => {
    const mark = line.charAt(0);
    if (!isMark(mark)) return []; // "\ No newline at end of file"
    const numbers = { old, now };
    if (mark !== '+') old++;
    if (mark !== '-') now++;
    return [{ mark, numbers, text: line.slice(1) }];
  });
}

const isMark = (text: string): text is Mark => Object.hasOwn(COLOURS, text);

/** What stands on one row: a line that both have, or one that was taken out and one that was put in. */
function pairs(lines: readonly Line[]): [Line | undefined, Line | undefined][] {
  const rows: [Line | undefined, Line | undefined][] = [];
  let out: Line[] = [];
  let into: Line[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(out.length, into.length); index++) {
      rows.push([out[index], into[index]]);
    }
    [out, into] = [[], []];
  };
  for (const line of lines) {
    if (line.mark === '-') out.push(line);
    else if (line.mark === '+') into.push(line);
    else {
      flush();
      rows.push([line, line]);
    }
  }
  flush();
  return rows;
}

/** The line with its number and mark, broken where it is too long: code is never cut off. */
function renderCell({ mark, numbers, text }: Line, side: Side, width: number): string[] {
  const front = `${String(numbers[side]).padStart(4)} ${mark} `;
  const parts = chop(text, Math.max(10, width - front.length));
  return parts.map((part, index) => `${index === 0 ? front : ' '.repeat(front.length)}${part}`.trimEnd());
}

function chop(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const first = head(text, width) || text.slice(0, 1);
  return [first, ...chop(text.slice(first.length), width)];
}
