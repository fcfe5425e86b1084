import { readStart } from '../course/app-files.ts';
import { forgetHints } from '../course/hints.ts';
import type { Step } from '../course/steps.ts';
import { putIn, type ReplaceStreams } from './replaced.ts';

/** `npm run reset`: put the step back to its start, the learner's files kept. Gives the exit code. */
export async function resetCommand(
  { root, step }: { root: string; step: Step },
  io: ReplaceStreams,
): Promise<number> {
  await putIn({ root, step, action: 'reset', files: readStart(root, step), state: 'at its start' }, io);
  forgetHints(root, step);
  return 0;
}
