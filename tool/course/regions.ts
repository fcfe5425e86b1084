/** A part of a start file that the learner writes, from `// TODO N: outcome` to `// END TODO N`. */
export interface Region {
  readonly number: number;
  /** What the TODO asks for. */
  readonly outcome: string;
  /** The official page named on the line below; absent where there is none. */
  readonly address?: string;
  /** From 1: the line of the TODO, and the line of its end. */
  readonly firstLine: number;
  readonly lastLine: number;
}

const TODO = /^\s*\/\/ TODO (\d+): (.+)$/;
const END = /^\s*\/\/ END TODO (\d+)\s*$/;
const IMPORT_END = /['"](?: with \{.*\})?;?(?:\s*\/\/.*)?$/;
const ADDRESS = /^\s*\/\/ {3}(https:\/\/\S+)\s*$/;

/** The regions of a file, in order. Throws, naming the line, where a TODO has no end, an end no TODO, or one lies in another. */
export function parseRegions(text: string): Region[] {
  const lines = toLines(text);
  const regions: Region[] = [];
  let open: Omit<Region, 'lastLine'> | undefined;
  for (const [index, line] of lines.entries()) {
    const begin = TODO.exec(line);
    const end = END.exec(line);
    if (begin && open) throw new Error(`line ${index + 1}: TODO ${open.number} has not ended`);
    if (end && open?.number !== Number(end[1]))
      throw new Error(`line ${index + 1}: ends a TODO that is not open`);

    if (begin) open = { ...readTodo(begin, lines[index + 1]), firstLine: index + 1 };
    if (end && open) {
      regions.push({ ...open, lastLine: index + 1 });
      open = undefined;
    }
  }
  if (open) throw new Error(`line ${open.firstLine}: TODO ${open.number} has no // END TODO ${open.number}`);
  return regions;
}

/** A TODO in a file that somebody is working on, whose end may be gone. */
export interface Todo extends Pick<Region, 'number' | 'outcome'> {
  /** From 1. */
  readonly line: number;
}

/** The TODOs of a file, in order. */
export function findTodos(text: string): Todo[] {
  return toLines(text).flatMap((line, index) => {
    const begin = TODO.exec(line);
    return begin ? [{ ...readTodo(begin), line: index + 1 }] : [];
  });
}

/** What is wrong with the numbers of a step's TODOs, which count 1, 2, 3 and no further; undefined where they do. */
export function numberingProblem(regions: readonly Region[]): string | undefined {
  const numbers = regions.map(({ number }) => number).sort((a, b) => a - b);
  if (numbers.length > 3) return `a step has at most three TODOs, this one has ${numbers.length}`;
  const right = numbers.every((number, index) => number === index + 1);
  return right ? undefined : `TODOs count from 1, once each: found ${numbers.join(', ')}`;
}

function readTodo([, number, outcome = '']: RegExpExecArray, below = '') {
  const address = ADDRESS.exec(below)?.[1];
  return { number: Number(number), outcome: outcome.trim(), ...(address && { address }) };
}

/** The first place where two files differ though no TODO allows it. */
export interface Difference {
  /** Of the start file, from 1. */
  readonly line: number;
  readonly expected: string;
  /** What the other file has in that place; absent where the line is nowhere. */
  readonly found?: string;
}

/**
 * Where `otherText` differs from the start outside of its regions; undefined where it does not.
 * Regions may hold anything. Imports and blank lines are left out on both sides, and so is white space at a line's end.
 */
export function compareOutsideRegions(startText: string, otherText: string): Difference | undefined {
  const blocks = fixedBlocks(startText);
  const other = comparable(toLines(otherText)).map(({ text }) => text);
  let from = 0;
  for (const [index, block] of blocks.entries()) {
    const free = { before: index > 0, after: index < blocks.length - 1 };
    const at = placeOf(block, { other, from, free });
    const different = block.find(({ text }, offset) => text !== other[at + offset]);
    if (different) return difference(different, other[at + block.indexOf(different)]);

    from = at + block.length;
    const extra = free.after ? undefined : other[from];
    if (extra !== undefined) return difference({ number: toLines(startText).length, text: '' }, extra);
  }
  return undefined;
}

function difference({ number, text }: Line, found: string | undefined): Difference {
  return { line: number, expected: text, ...(found !== undefined && { found }) };
}

interface Place {
  readonly other: readonly string[];
  readonly from: number;
  readonly free: { readonly before: boolean; readonly after: boolean };
}

/** Where the block stands in the other file, or comes nearest to it: the first block at the start, the last at the end. */
function placeOf(block: readonly Line[], { other, from, free }: Place): number {
  if (!free.before) return 0;
  const last = other.length - block.length;
  if (!free.after) return Math.max(from, last);

  const places = Array.from({ length: Math.max(0, last - from) + 1 }, (_, index) => from + index);
  const agreement = places.map((at) => {
    const differs = block.findIndex(({ text }, offset) => text !== other[at + offset]);
    return differs < 0 ? block.length : differs;
  });
  const best = Math.max(...agreement);
  return best === 0 && block.length > 0 ? other.length : from + agreement.indexOf(best);
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** The lines between the regions: one block more than there are regions, each of which may be empty. */
function fixedBlocks(text: string): Line[][] {
  const lines = toLines(text);
  const regions = parseRegions(text);
  const starts = [0, ...regions.map(({ lastLine }) => lastLine)];
  const ends = [...regions.map(({ firstLine }) => firstLine - 1), lines.length];
  const kept = comparable(lines);
  return starts.map((start, index) =>
    kept.filter(({ number }) => number > start && number <= (ends[index] ?? lines.length)),
  );
}

/** Without imports, of one line or more, and without blank lines. */
function comparable(lines: readonly string[]): Line[] {
  let inImport = false;
  return lines.flatMap((line, index) => {
    const text = line.trimEnd();
    const begins = text.startsWith('import ');
    const left = begins || inImport || text === '';
    if (begins || inImport) inImport = !IMPORT_END.test(text);
    return left ? [] : [{ number: index + 1, text }];
  });
}

function toLines(text: string): string[] {
  return text.split(/\r?\n/);
}
