import path from 'node:path';
import { wrapLines } from '../check/report.ts';
import { type NextHint, nextHint, recordHint } from '../course/hints.ts';
import { progressFile, readProgress, renderNotSaved } from '../course/progress.ts';
import type { Step } from '../course/steps.ts';
import { renderMarkdown } from '../terminal/markdown.ts';
import { painter } from '../terminal/paint.ts';
import type { Io } from './io.ts';

export type HintStreams = Pick<Io, 'out' | 'err' | 'columns' | 'colour'>;

/** `npm run hint`: the next hint of the step, one level a call. Gives the exit code. */
export function hintCommand({ root, step }: { root: string; step: Step }, io: HintStreams): number {
  const hint = nextHint(step, readProgress(progressFile(root)).progress);
  if (hint.kind === 'none') {
    const guide = path.posix.join('steps', step.folder, 'README.md');
    io.err.write(`${guide} has no hints. → Run: git checkout ${guide}.\n`);
    return 3;
  }
  io.out.write(renderHint(hint, step, { columns: io.columns() - 2, colour: io.colour }));
  try {
    recordHint(root, step, hint);
  } catch (error) {
    io.err.write(`${renderNotSaved('It could not be written down that you have had this hint', error)}\n`);
  }
  return 0;
}

interface HintText {
  readonly columns: number;
  readonly colour: boolean;
}

/** A hint with its head, and what to call next. */
export function renderHint(
  hint: Exclude<NextHint, { kind: 'none' }>,
  { number, folder }: Pick<Step, 'number' | 'folder'>,
  { columns, colour }: HintText,
): string {
  const paint = painter(colour);
  const prose = (text: string) => wrapLines(text, columns);
  const call = (command: string) => `npm run ${command} ${number}`;
  if (hint.kind === 'diagnosis') {
    const { id, cause, mend } = hint.diagnosis;
    return [
      `${paint('bold', `Step ${number} · what the last check found`)}\n`,
      `${prose(`${id}: ${cause}`).replace(id, paint('yellow', id))}\n`,
      `${prose(`→ ${mend}`).replace('→', paint('cyan', '→'))}\n`,
      `${paint('dim', prose(`${call('hint')} goes on with the hints of the guide.`))}\n`,
    ].join('\n');
  }
  const { level, levels } = hint;
  const more =
    level < levels
      ? `${call('hint')} tells more.`
      : `These were all the hints; they stand in steps/${folder}/README.md. ${call('diff')} shows what differs from the solution, ` +
        `${call('solve')} puts the solution in and keeps your files.`;
  return [
    `${paint('bold', `Step ${number} · ${hint.hint.summary}`)} (${level} of ${levels})\n`,
    renderMarkdown(hint.hint.body, { columns, colour }),
    `${paint('dim', prose(more))}\n`,
  ].join('\n');
}
