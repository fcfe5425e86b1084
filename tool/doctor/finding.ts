/** What the doctor says of one thing. */
export interface Finding {
  readonly subject: string;
  /** `note`: the workshop works all the same. `wrong`: it does not. */
  readonly state: 'ok' | 'note' | 'wrong';
  /** Without a full stop where a mend follows. */
  readonly text: string;
  readonly mend?: string;
}

/** Lines in two columns, words in place of marks; each with its mend, and at the end the sum. */
export function renderFindings(
  findings: readonly Finding[],
  paint: (style: 'green' | 'yellow' | 'red', text: string) => string,
): string {
  const styles = { ok: 'green', note: 'yellow', wrong: 'red' } as const;
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const lines = findings.map(({ subject, state, text, mend }) => {
    const end = mend ? `. → ${mend}.` : '';
    return `${paint(styles[state], state.padEnd(5))}  ${subject.padEnd(width)}  ${text}${end}`;
  });
  return `${[...lines, '', renderSum(findings)].join('\n')}\n`;
}

function renderSum(findings: readonly Finding[]): string {
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  if (wrong === 0) return 'This machine is ready.';
  return wrong === 1 ? 'One thing has to be mended.' : `${wrong} things have to be mended.`;
}
