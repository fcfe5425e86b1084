import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Step } from './steps.ts';

/** How far the learner is. Steps are named without their number. Fields that a later version added are kept. */
export interface Progress {
  /** The step that the learner works on; absent before the first. */
  readonly current?: string;
  readonly done: Readonly<Record<string, Done>>;
  /** Checks that a step has had since the start, or since it was last passed. */
  readonly attempts?: Readonly<Record<string, number>>;
  /** What the last check of a step found to be wrong; none where it passed, or knew no reason. */
  readonly diagnoses?: Readonly<Record<string, FoundMistake>>;
  /** What `hint` has told of a step. */
  readonly hints?: Readonly<Record<string, HintsTold>>;
  readonly [later: string]: unknown;
}

export interface Done {
  /** When the step was first passed, ISO 8601. */
  readonly at: string;
  /** How many checks that took. */
  readonly attempts: number;
}

/** A diagnosis, as the check told it. */
export interface FoundMistake {
  readonly id: string;
  readonly cause: string;
  readonly mend: string;
}

export interface HintsTold {
  /** How many of the guide's hints. */
  readonly levels: number;
  /** The diagnosis that was told last. */
  readonly diagnosis?: string;
}

export interface Verdict {
  readonly passed: boolean;
  /** The first failure's diagnosis, where it has one. */
  readonly diagnosis?: FoundMistake | null | undefined;
}

export interface ReadProgress {
  readonly progress: Progress;
  /** Where a file that could not be read was set aside, to be told to the learner. */
  readonly damagedFile?: string;
}

export const progressFile = (root: string) => path.join(root, '.workshop', 'progress.json');

/** The progress in `file`; an empty one where there is no file, or a damaged one, which is renamed and not lost. */
export function readProgress(file: string, now = new Date()): ReadProgress {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { progress: { done: {} } };
    throw error;
  }
  const progress = parseProgress(text);
  return progress ? { progress } : { progress: { done: {} }, damagedFile: setAside(file, now) };
}

/** Written beside and renamed, so that a reader sees the whole of the old or of the new, whoever else writes. */
export function writeProgress(file: string, progress: Progress): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const written = `${file}.${randomUUID()}`;
  try {
    writeFileSync(written, `${JSON.stringify(progress, null, 2)}\n`);
    renameSync(written, file);
  } catch (error) {
    tryToRemove(written);
    throw error;
  }
}

function tryToRemove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {}
}

/** Why progress could not be written, as problem and mend: what works without it goes on. */
export function renderNotSaved(problem: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `${problem}: the disk is full. → Free some space.`;
  return `${problem}: ${code ?? message}. → Make .workshop/ yours to write.`;
}

/** The step to work on: the one that was chosen last, else the first that is not done, else the last. */
export function currentStep(steps: readonly Step[], progress: Progress): Step {
  const chosen = steps.find(({ name }) => name === progress.current);
  const step = chosen ?? steps.find(({ name }) => !Object.hasOwn(progress.done, name)) ?? steps.at(-1);
  if (!step) throw new Error('currentStep needs at least one step');
  return step;
}

/** Where `npm start` goes on: the current step, or when that is done, the first one after it that is not. */
export function stepToStart(steps: readonly Step[], progress: Progress): Step {
  const current = currentStep(steps, progress);
  const open = steps.filter(({ name }) => !Object.hasOwn(progress.done, name));
  return open.find(({ number }) => number >= current.number) ?? open[0] ?? current;
}

/** The progress after a check of one step. One that passed stays the current one until the learner goes on. */
export function withCheck(
  progress: Progress,
  { step, passed, diagnosis, now }: Verdict & { step: Step; now: Date },
): Progress {
  const { [step.name]: before = 0, ...others } = progress.attempts ?? {};
  const { [step.name]: _, ...otherDiagnoses } = progress.diagnoses ?? {};
  if (!passed) {
    const diagnoses = diagnosis ? { ...otherDiagnoses, [step.name]: diagnosis } : otherDiagnoses;
    return { ...progress, attempts: { ...others, [step.name]: before + 1 }, diagnoses };
  }
  const done = { [step.name]: { at: now.toISOString(), attempts: before + 1 }, ...progress.done };
  const current = progress.current ?? step.name;
  return { ...progress, current, done, attempts: others, diagnoses: otherDiagnoses };
}

/** Keep what a check of the learner's own step gave. */
export function recordCheck(root: string, step: Step, verdict: Verdict, now = new Date()): void {
  changeProgress(root, (progress) => withCheck(progress, { ...verdict, step, now }), now);
}

/** Write the progress as `change` makes it of what is there. */
export function changeProgress(
  root: string,
  change: (progress: Progress) => Progress,
  now = new Date(),
): void {
  const { progress } = readProgress(progressFile(root), now);
  writeProgress(progressFile(root), change(progress));
}

/** Make the step the current one. */
export function chooseStep(root: string, step: Step): void {
  const { progress } = readProgress(progressFile(root));
  if (progress.current !== step.name) writeProgress(progressFile(root), { ...progress, current: step.name });
}

function parseProgress(text: string): Progress | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isProgress(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isProgress(value: unknown): value is Progress {
  if (!isRecord(value) || !isRecord(value.done)) return false;
  const { current, done, attempts } = value;
  if (current !== undefined && typeof current !== 'string') return false;
  if (attempts !== undefined && !(isRecord(attempts) && Object.values(attempts).every(Number.isInteger)))
    return false;
  return Object.values(done).every((entry) => isRecord(entry) && typeof entry.at === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function setAside(file: string, now: Date): string {
  const time = now.toISOString().replace(/[:.]/g, '-');
  const aside = path.join(path.dirname(file), `progress.damaged-${time}.json`);
  try {
    renameSync(file, aside);
  } catch (error) {
    // Another process has set it aside before us.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return aside;
}
