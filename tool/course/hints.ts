import { type Hint, readGuide } from './guide.ts';
import { changeProgress, type FoundMistake, type Progress, progressFile, readProgress } from './progress.ts';
import type { Step } from './steps.ts';

export type NextHint =
  /** What the last check found to be wrong, told once. */
  | { readonly kind: 'diagnosis'; readonly diagnosis: FoundMistake }
  /** A hint of the guide; the last one again once all have been told. */
  | { readonly kind: 'hint'; readonly hint: Hint; readonly level: number; readonly levels: number }
  /** The guide has none. */
  | { readonly kind: 'none' };

/** The hint that comes next: a diagnosis that has not been told yet, else one more level of the guide's hints. */
export function nextHint(step: Step, progress: Progress): NextHint {
  const told = toldOf(step, progress);
  const diagnosis = progress.diagnoses?.[step.name];
  if (diagnosis && diagnosis.id !== told.diagnosis) return { kind: 'diagnosis', diagnosis };

  const { hints } = readGuide(step.dir);
  const level = Math.min(told.levels + 1, hints.length);
  const hint = hints[level - 1];
  return hint ? { kind: 'hint', hint, level, levels: hints.length } : { kind: 'none' };
}

/** Remember that the hint was told, so that the next one goes further. */
export function recordHint(root: string, step: Step, hint: NextHint): void {
  if (hint.kind === 'none') return;
  changeProgress(root, (progress) => {
    const told = toldOf(step, progress);
    const now =
      hint.kind === 'hint' ? { ...told, levels: hint.level } : { ...told, diagnosis: hint.diagnosis.id };
    return { ...progress, hints: { ...progress.hints, [step.name]: now } };
  });
}

/** Let the hints of a step begin anew. */
export function forgetHints(root: string, step: Step): void {
  const { hints } = readProgress(progressFile(root)).progress;
  if (!hints || !Object.hasOwn(hints, step.name)) return;
  changeProgress(root, (progress) => {
    const { [step.name]: _, ...others } = progress.hints ?? {};
    return { ...progress, hints: others };
  });
}

function toldOf({ name }: Step, { hints }: Progress) {
  const told = hints?.[name];
  return { ...told, levels: Number.isInteger(told?.levels) ? Number(told?.levels) : 0 };
}
