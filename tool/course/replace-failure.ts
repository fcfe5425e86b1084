import path from 'node:path';
import { Incomplete } from './journal.ts';
import type { Step } from './steps.ts';
import { WorkshopError } from './workshop-error.ts';

/** Why files could not be replaced, what state they are in, and the mend. What is no fault of the disk is given back as it is. */
export function tellFailure(error: unknown, root: string, step: Step | undefined): unknown {
  const cause = error instanceof Incomplete ? error.cause : error;
  if (!isFileError(cause)) return error;
  const { reason, mend } = explain(cause, root);
  const halfDone = error instanceof Incomplete && error.left === 'half-done';
  const subject = step ? `step ${step.number}` : 'everything';
  const state = halfDone ? `${subject} is half replaced` : `${subject} stays as it was`;
  const after = halfDone ? 'run again: the next command finishes it' : 'run again';
  return new WorkshopError(`${reason}, so ${state}.`, `${mend}, and ${after}.`);
}

function isFileError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function explain({ code, path: file }: NodeJS.ErrnoException, root: string) {
  const name = file === undefined ? 'A file' : path.relative(root, file);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { reason: 'The disk is full', mend: 'Free some space' };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return { reason: `${name} cannot be written (${code})`, mend: 'Make the folder yours to write' };
    case 'EISDIR':
    case 'ENOTDIR':
    case 'ENOTEMPTY':
      return { reason: `${name} is in the way (${code})`, mend: 'Move it away' };
    case 'EBUSY':
      return { reason: `${name} is held by another program (${code})`, mend: 'Close it there' };
    default:
      return { reason: `${name} cannot be written (${code})`, mend: 'Mend that' };
  }
}
