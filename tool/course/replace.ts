import { existsSync } from 'node:fs';
import path from 'node:path';
import { withLock } from '../launcher/lock.mjs';
import {
  type Action,
  type Backup,
  dropBackup,
  historyFile,
  keepBackup,
  readBackup,
  readHistory,
  renderHistory,
} from './backups.ts';
import { contentOf, isSame } from './file-changes.ts';
import { commit, finish, hasJournal, Incomplete, type Journal, readJournal } from './journal.ts';
import { tellFailure } from './replace-failure.ts';
import type { Step } from './steps.ts';
import { WorkshopError } from './workshop-error.ts';

export interface ReplaceOptions {
  readonly root: string;
  /** Told when another command has to be waited for, and when one that was interrupted has been finished. */
  readonly say: (line: string) => void;
  readonly now?: Date;
}

export interface Replaced {
  readonly step: Step;
  /** What was kept of the files that are different now; absent where none is. */
  readonly backup?: Backup;
}

export interface Undone extends Replaced {
  /** What was taken back, and how many more can be. */
  readonly undone: Backup;
  readonly left: number;
}

/** Put the files into the step, what they replace kept in `.workshop/backups/`: all of it or, with a WorkshopError, nothing. */
export function replaceFiles(
  { step, action, files }: Replacement,
  options: ReplaceOptions,
): Promise<Replaced> {
  return alone(options, step, () => {
    const history = readHistory(options.root, options.say, options.now);
    return replace(
      { step, action, files, after: (backup) => (backup ? [...history, backup] : history) },
      options,
    );
  });
}

interface Replacement {
  readonly step: Step;
  readonly action: Action;
  readonly files: ReadonlyMap<string, Buffer | null>;
}

/** Bring back what the last `solve` or `reset` replaced in a step that is still there; undefined where there is none. */
export function undoLast(steps: readonly Step[], options: ReplaceOptions): Promise<Undone | undefined> {
  const { root } = options;
  return alone(options, undefined, () => {
    const history = readHistory(root, options.say, options.now);
    const stepOf = (backup: Backup) => steps.find(({ name }) => name === backup.step);
    const undone = history.findLast(stepOf);
    const step = undone && stepOf(undone);
    if (!step) {
      const lost = history.at(-1);
      if (lost) throw withoutStep(lost);
      return undefined;
    }

    const others = history.filter((backup) => backup !== undone);
    const files = readBackup(root, undone);
    const replaced = replace(
      { step, action: 'undo', files: files ?? new Map(), after: () => others },
      options,
    );
    if (!files) throw gone(step, undone);
    return { ...replaced, undone, left: others.filter(stepOf).length };
  });
}

function withoutStep({ action, step, folder }: Backup): WorkshopError {
  return new WorkshopError(
    `The folder of step ${step} is gone, in which ${action} replaced files.`,
    `Bring it back as it was when you got the workshop, and run npm run undo again; or take the files by hand from .workshop/backups/${folder}.`,
  );
}

function gone({ number }: Step, { action, folder }: Backup): WorkshopError {
  return new WorkshopError(
    `.workshop/backups/${folder} has lost files, so what ${action} replaced in step ${number} cannot be brought back whole.`,
    'Take what is left there by hand; npm run undo goes on with the one before.',
  );
}

/** Finish what a command that was killed has left half done. Costs one look at the disk where there is nothing. */
export async function finishInterrupted(options: ReplaceOptions): Promise<void> {
  if (hasJournal(options.root)) await alone(options, undefined, () => {});
}

/** Run with the lock in our hands and no journal left by others. */
async function alone<T>(options: ReplaceOptions, step: Step | undefined, action: () => T): Promise<T> {
  const { root, say } = options;
  const dir = path.join(root, '.workshop', 'replace.lock');
  const lock = { dir, say, doing: 'replacing files', pollMs: 20, longestWaitMs: 20_000 };
  try {
    return await withLock(lock, () => {
      const journal = readJournal(root);
      if (journal) recover(journal, options);
      return action();
    });
  } catch (error) {
    throw tellFailure(error, root, step);
  }
}

interface Work extends Replacement {
  /** The history once this is done; without a backup where no file had to be replaced. */
  readonly after: (backup: Backup | undefined) => readonly Backup[];
}

function replace({ step, action, files, after }: Work, { root, now = new Date() }: ReplaceOptions): Replaced {
  const changes = [...files]
    .map(([name, content]) => ({ name, file: path.join(step.dir, name), content }))
    .map((change) => ({ ...change, before: contentOf(change.file) }))
    .filter(({ before, content }) => !isSame(before, content));
  const before = new Map(changes.map((change) => [change.name, change.before]));
  const backup = changes.length === 0 ? undefined : keepBackup({ root, step, action, now, files: before });
  if (!backup && action !== 'undo') return { step };
  const history = { file: historyFile(root), before: contentOf(historyFile(root)) };
  try {
    commit(root, {
      action,
      step: { number: step.number, name: step.name, folder: step.folder },
      changes: [...changes, { ...history, content: renderHistory(after(backup)) }],
    });
  } catch (error) {
    // Nothing was replaced, so there is nothing to keep.
    if (backup && !(error instanceof Incomplete && error.left === 'half-done')) dropBackup(root, backup);
    throw error;
  }
  return { step, ...(backup && { backup }) };
}

/** What the learner wrote since the interruption is kept first. */
function recover(journal: Journal, { root, say, now = new Date() }: ReplaceOptions): void {
  const { step, action } = journal;
  const dir = path.join(root, 'steps', step.folder);
  const isHere = ({ file }: { file: string }) => file === historyFile(root) || existsSync(path.dirname(file));
  const changes = journal.changes.filter(isHere);
  const edited = changes.filter(({ file, before, content }) => {
    const found = contentOf(file);
    return file !== historyFile(root) && !isSame(found, before) && !isSame(found, content);
  });
  const lines = [`npm run ${action} had been interrupted in step ${step.number}, and is finished now.`];
  if (edited.length > 0) {
    const files = new Map(edited.map(({ file }) => [path.relative(dir, file), contentOf(file)]));
    const { folder } = keepBackup({ root, step, action, now, files });
    lines.push(`What you wrote meanwhile is in .workshop/backups/${folder}.`);
  }
  finish(root, { ...journal, changes });
  say(lines.join(' '));
}
