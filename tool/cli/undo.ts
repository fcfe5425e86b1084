import { undoLast } from '../course/replace.ts';
import { listSteps } from '../course/steps.ts';
import { WorkshopError } from '../course/workshop-error.ts';
import { type ReplaceStreams, replaceOptions } from './replaced.ts';

/** `npm run undo`: bring back what the last `solve` or `reset` replaced, one more a call. Gives the exit code. */
export async function undoCommand(root: string, io: ReplaceStreams): Promise<number> {
  const done = await undoLast(listSteps(root), replaceOptions(root, io));
  if (!done) {
    throw new WorkshopError(
      'There is nothing to undo: no solve and no reset has replaced a file, or all of them are undone.',
      'Whatever was ever replaced is in .workshop/backups/.',
      2,
    );
  }
  const { step, undone, backup, left } = done;
  io.out.write(`Step ${step.number} is as it was before npm run ${undone.action}${renderFiles(undone)}.\n`);
  if (backup && backup.replaced.length > 0) {
    io.out.write(`What stood there is in .workshop/backups/${backup.folder}.\n`);
  }
  io.out.write(
    left === 0
      ? 'That was the last that can be undone.\n'
      : `npm run undo takes back one more: ${left} ${left === 1 ? 'is' : 'are'} left.\n`,
  );
  return 0;
}

function renderFiles({ replaced, added }: { replaced: readonly string[]; added: readonly string[] }): string {
  const parts = [
    replaced.length > 0 ? `${replaced.join(', ')} brought back` : '',
    added.length > 0 ? `${added.join(', ')} taken away` : '',
  ].filter(Boolean);
  return `: ${parts.join(', ')}`;
}
