import type { LessonState } from '../../protocol.ts';

export interface Summary {
  readonly tone: 'good' | 'bad' | 'warn' | 'calm';
  readonly mark: string;
  readonly text: string;
  /** The first assertion that does not hold. */
  readonly next?: string;
  /** For where there is no room: `10/13`. */
  readonly short: string;
}

/** The verdict in a line. */
export function summarize({ check }: Pick<LessonState, 'check'>): Summary {
  const { state, result, problem } = check;
  if (state === 'broken') {
    return { tone: 'warn', mark: '!', text: problem ?? 'The check itself did not work.', short: '!' };
  }
  if (!result) {
    const text = state === 'checking' ? 'Checking …' : 'Not checked yet';
    return { tone: 'calm', mark: '○', text, short: '' };
  }
  const passed = result.assertions.filter((one) => one.passed).length;
  const short = `${passed}/${result.assertions.length}`;
  const sum = `${passed} of ${result.assertions.length} passed`;
  if (result.passed) return { tone: 'good', mark: '✓', text: sum, short };
  const next = result.assertions.find((one) => !one.passed)?.name;
  return { tone: 'bad', mark: '✗', text: sum, short, ...(next && { next }) };
}
