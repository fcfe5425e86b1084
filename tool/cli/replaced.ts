import path from 'node:path';
import { appFileNames } from '../course/app-files.ts';
import { type Replaced, type ReplaceOptions, replaceFiles } from '../course/replace.ts';
import type { Step } from '../course/steps.ts';
import type { Io } from './io.ts';

export type ReplaceStreams = Pick<Io, 'out' | 'err'>;

export interface PutIn {
  readonly root: string;
  readonly step: Step;
  readonly action: 'solve' | 'reset';
  /** What the step will hold. Other files of the learner stay. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** `its solution`, `at its start`. */
  readonly state: string;
}

/** Put files into a step, and tell what was done and where the learner's own are. */
export async function putIn({ root, step, action, files, state }: PutIn, io: ReplaceStreams): Promise<void> {
  const { backup } = await replaceFiles({ step, action, files }, replaceOptions(root, io));
  if (!backup) {
    io.out.write(`Step ${step.number} is ${state} already: nothing was replaced.\n`);
    return;
  }
  const changed = [...backup.replaced, ...backup.added].toSorted();
  const kept = appFileNames(step.dir).filter((name) => !files.has(name));
  io.out.write(`Step ${step.number} is ${state} now: ${changed.join(', ')}.\n`);
  io.out.write(renderBackup({ step, backup }));
  if (kept.length > 0) io.out.write(`Left alone, as the step has no such file: ${kept.join(', ')}.\n`);
}

function renderBackup({ backup }: Replaced): string {
  const undo = 'npm run undo takes this back.';
  if (!backup || backup.replaced.length === 0) return `${undo}\n`;
  return `Your files are in ${path.posix.join('.workshop', 'backups', backup.folder)}. ${undo}\n`;
}

export function replaceOptions(root: string, { err }: Pick<ReplaceStreams, 'err'>): ReplaceOptions {
  return { root, say: (line) => void err.write(`${line}\n`) };
}
