import { currentStep, type Progress } from '../course/progress.ts';
import type { Step } from '../course/steps.ts';
import { painter } from '../terminal/paint.ts';
import { pad, widthOf } from '../terminal/text.ts';
import type { Io } from './io.ts';

export interface StatusOptions {
  readonly steps: readonly Step[];
  readonly progress: Progress;
}

/** `npm run status`: all steps, which are done and when, and where the learner is. Gives the exit code. */
export function statusCommand({ steps, progress }: StatusOptions, io: Pick<Io, 'out' | 'colour'>): number {
  io.out.write(renderStatus(steps, progress, io.colour));
  return 0;
}

/** A line for each step, in words, and one that says what is next. */
export function renderStatus(steps: readonly Step[], progress: Progress, colour: boolean): string {
  const paint = painter(colour);
  const current = currentStep(steps, progress);
  const width = Math.max(...steps.map(({ title }) => widthOf(title)));
  const lines = steps.map((step) => {
    const here = step === current;
    const title = pad(step.title, width);
    const state = renderState(step, progress);
    const end = here ? paint('cyan', '  ← you are here') : '';
    const mark = isDone(step, progress) ? paint('green', '✓') : ' ';
    return `${mark} ${String(step.number).padStart(2)} ${here ? paint('bold', title) : title}  ${state}${end}`;
  });
  const done = steps.filter((step) => isDone(step, progress)).length;
  return `${[...lines, '', `${done} of ${steps.length} done. ${renderNext(steps, progress)}`].join('\n')}\n`;
}

const isDone = ({ name }: Step, { done }: Progress) => Object.hasOwn(done, name);

function renderState({ name }: Step, { done, attempts }: Progress): string {
  const open = attempts?.[name] ?? 0;
  const passed = Object.hasOwn(done, name) ? done[name] : undefined;
  if (!passed) return open === 0 ? 'not checked yet' : `not done, ${checks(open)} so far`;
  const since = open === 0 ? '' : `; ${checks(open)} failed since`;
  const taken = Number.isInteger(passed.attempts) ? `, at the ${ordinal(passed.attempts)} check` : '';
  return `done ${renderTime(new Date(passed.at))}${taken}${since}`;
}

const checks = (count: number) => `${count} ${count === 1 ? 'check' : 'checks'}`;

function ordinal(count: number): string {
  const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };
  return `${count}${endings[new Intl.PluralRules('en', { type: 'ordinal' }).select(count)] ?? 'th'}`;
}

/** `2026-05-04 10:11`, where the learner is. */
function renderTime(time: Date): string {
  if (Number.isNaN(time.getTime())) return 'some time ago';
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

function renderNext(steps: readonly Step[], progress: Progress): string {
  if (steps.every((step) => isDone(step, progress))) return 'That is all of them.';
  const current = currentStep(steps, progress);
  if (!isDone(current, progress)) return `npm run step ${current.number} goes on.`;
  return 'npm start goes on with the next one.';
}
