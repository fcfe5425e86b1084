import type { Piece } from './line.ts';

/** What is known of a step while somebody works on it. */
export interface VerdictState {
  readonly step: number;
  readonly checking: boolean;
  /** The last verdict; absent before the first. */
  readonly last?:
    | { readonly assertions: readonly { readonly name: string; readonly passed: boolean }[] }
    | undefined;
  /** Why there is no verdict. */
  readonly problem?: string | undefined;
  /** What to do now that the step is done: `n: step 4`. */
  readonly onward?: string | undefined;
}

/** One line: the step, how many of its assertions hold, and the next one to mend. Words say all that colours say. */
export function renderVerdict({ step, checking, last, problem, onward }: VerdictState): Piece[] {
  const parts: Piece[] = [{ text: `step ${step}`, style: 'bold' }];
  if (checking) parts.push({ text: 'checking', style: 'cyan' });
  if (problem !== undefined) parts.push({ text: `not checked: ${problem}`, style: 'red' });
  else if (last) parts.push(...renderCount(last.assertions, { checking, onward }));
  return parts.flatMap((part, at) => (at === 0 ? [part] : [{ text: ' · ', style: 'dim' } as const, part]));
}

function renderCount(
  assertions: readonly { readonly name: string; readonly passed: boolean }[],
  { checking, onward }: { checking: boolean; onward: string | undefined },
): Piece[] {
  const passed = assertions.filter((assertion) => assertion.passed).length;
  const count = `${passed} of ${assertions.length} passed`;
  if (checking) return [{ text: `before: ${count}`, style: 'dim' }];

  const first = assertions.find((assertion) => !assertion.passed);
  if (first) return [{ text: count, style: 'yellow' }, { text: `next: ${first.name}` }];
  return [
    { text: count, style: 'green' },
    { text: 'done', style: 'green' },
    ...(onward ? [{ text: onward }] : []),
  ];
}
