import { WorkshopError } from '../course/workshop-error.ts';
import type { Target } from './arguments.ts';
import type { Io } from './io.ts';

/** What a learner asks of the step that runs, by a key or in the console: the commands of these names. */
export type LearnersAction = 'hint' | 'diff' | 'solve' | 'reset' | 'undo';

export type ActionStreams = Pick<Io, 'out' | 'err' | 'columns' | 'colour'>;

const NOT_OWN = 'This is not your own work: hints, diff, solve, reset and undo are for steps/.\n';

/** Run the command on the step; whether it said yes. What is to be mended is written, and never thrown. */
export async function runLearnersAction(
  action: LearnersAction,
  { root, target }: { readonly root: string; readonly target: Target },
  io: ActionStreams,
): Promise<boolean> {
  if (!target.own) {
    io.err.write(NOT_OWN);
    return false;
  }
  try {
    return (await run(action, { root, step: target.step }, io)) === 0;
  } catch (error) {
    if (!(error instanceof WorkshopError)) throw error;
    io.err.write(`${error.message}\n`);
    return false;
  }
}

async function run(
  action: LearnersAction,
  at: { readonly root: string; readonly step: Target['step'] },
  io: ActionStreams,
): Promise<number> {
  switch (action) {
    case 'hint':
      return (await import('./hint.ts')).hintCommand(at, io);
    case 'diff':
      return (await import('./diff.ts')).diffCommand(at, io);
    case 'solve':
      return (await import('./solve.ts')).solveCommand(at, io);
    case 'reset':
      return (await import('./reset.ts')).resetCommand(at, io);
    case 'undo':
      return (await import('./undo.ts')).undoCommand(at.root, io);
  }
}
