/** What the doctor says of one thing. */
export interface Finding {
  readonly subject: string;
  /** `note`: the workshop works all the same. `wrong`: it does not. */
  readonly state: 'ok' | 'note' | 'wrong';
  /** Without a full stop where a mend follows. */
  readonly text: string;
  readonly mend?: string;
}

interface FindingsText {
  readonly paint: (style: 'green' | 'yellow' | 'red', text: string) => string;
  /** The width of the terminal; Infinity in a pipe. */
  readonly columns: number;
}

const STATE_WIDTH = 5;

/** Lines in two columns, words in place of marks; each with its mend, and at the end the sum. */
export function renderFindings(findings: readonly Finding[], { paint, columns }: FindingsText): string {
  const styles = { ok: 'green', note: 'yellow', wrong: 'red' } as const;
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const lines = findings.map(({ subject, state, text, mend }) => {
    const end = mend ? `. → ${mend}.` : '';
    const before = STATE_WIDTH + subject.padEnd(width).length + 4;
    const [first = '', ...others] = inLines(`${text}${end}`, Math.max(20, columns - before));
    const line = `${paint(styles[state], state.padEnd(STATE_WIDTH))}  ${subject.padEnd(width)}  ${first}`;
    return [line, ...others.map((other) => ' '.repeat(before) + other)].join('\n');
  });
  return `${[...lines, '', renderSum(findings)].join('\n')}\n`;
}

/** Broken between words, by letters: to measure wide characters takes a package, and packages may be missing. */
function inLines(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function renderSum(findings: readonly Finding[]): string {
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  if (wrong === 0) return 'This machine is ready.';
  return wrong === 1 ? 'One thing has to be mended.' : `${wrong} things have to be mended.`;
}
