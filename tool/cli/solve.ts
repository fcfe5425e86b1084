import { readSolution } from '../course/app-files.ts';
import type { Step } from '../course/steps.ts';
import { putIn, type ReplaceStreams } from './replaced.ts';

/** `npm run solve`: put the solution into the step, the learner's files kept. Gives the exit code. */
export async function solveCommand(
  { root, step }: { root: string; step: Step },
  io: ReplaceStreams,
): Promise<number> {
  await putIn({ root, step, action: 'solve', files: readSolution(step), state: 'its solution' }, io);
  return 0;
}
