import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Action, backupsDir } from './backups.ts';
import { type Change, contentOf, putInPlace, stage, unstage } from './file-changes.ts';

/** A replacement that is under way. While this stands on the disk, whoever comes next finishes it. */
export interface Journal {
  readonly action: Action;
  readonly step: { readonly number: number; readonly name: string; readonly folder: string };
  readonly changes: readonly JournalChange[];
}

export interface JournalChange extends Change {
  readonly before: Buffer | null;
}

export const journalFile = (root: string) => path.join(backupsDir(root), 'journal.json');

/** How far a replacement came that did not succeed: undone to the last byte, or left for the next command. */
export class Incomplete extends Error {
  readonly left: 'as-it-was' | 'half-done';

  constructor(left: Incomplete['left'], cause: unknown) {
    super(`The replacement was left ${left}.`, { cause });
    this.left = left;
  }
}

/**
 * Make all changes or none. Throws Incomplete: `as-it-was` wherever a single thing went wrong, such as a full disk or a file
 * that another program holds; `half-done` only where going back failed too, and then the journal is still there.
 */
export function commit(root: string, journal: Journal): void {
  write(root, journal);
  try {
    stage(journal.changes);
  } catch (error) {
    orHalfDone(error, () => {
      unstage(journal.changes);
      remove(root);
    });
  }
  try {
    putInPlace(journal.changes);
    remove(root);
  } catch (error) {
    orHalfDone(error, () => {
      write(root, reversed(journal));
      finish(root, reversed(journal));
    });
  }
}

/** Carry a journal that stands on the disk to its end, from wherever it was left. */
export function finish(root: string, journal: Journal): void {
  stage(journal.changes);
  putInPlace(journal.changes);
  remove(root);
}

function orHalfDone(cause: unknown, goBack: () => void): never {
  try {
    goBack();
  } catch {
    throw new Incomplete('half-done', cause);
  }
  throw new Incomplete('as-it-was', cause);
}

function reversed(journal: Journal): Journal {
  const changes = journal.changes.map(({ file, before, content }) => ({
    file,
    before: content,
    content: before,
  }));
  return { ...journal, changes };
}

function write(root: string, journal: Journal): void {
  const change = [{ file: journalFile(root), content: encode(root, journal) }];
  try {
    stage(change);
    putInPlace(change);
  } catch (error) {
    unstage(change);
    throw error;
  }
}

function remove(root: string): void {
  rmSync(journalFile(root), { force: true });
}

/** The journal that somebody left; undefined where there is none. One that cannot be read is set aside. */
export function readJournal(root: string): Journal | undefined {
  const text = contentOf(journalFile(root))?.toString();
  if (text === undefined) return undefined;
  try {
    return decode(root, text);
  } catch {
    renameSync(journalFile(root), `${journalFile(root)}.damaged`);
    return undefined;
  }
}

export const hasJournal = (root: string) => existsSync(journalFile(root));

interface Written {
  readonly file: string;
  /** Base64. */
  readonly before: string | null;
  readonly content: string | null;
}

// Paths from the root, so that a workshop that was moved is finished where it is now.
function encode(root: string, { action, step, changes }: Journal): Buffer {
  const written = changes.map(({ file, before, content }) => ({
    file: path.relative(root, file),
    before: before?.toString('base64') ?? null,
    content: content?.toString('base64') ?? null,
  }));
  return Buffer.from(JSON.stringify({ action, step, changes: written }));
}

function decode(root: string, text: string): Journal {
  const { action, step, changes }: Omit<Journal, 'changes'> & { changes: Written[] } = JSON.parse(text);
  const bytes = (base64: string | null) => (base64 === null ? null : Buffer.from(base64, 'base64'));
  const read = changes.map(({ file, before, content }) => ({
    file: path.join(root, file),
    before: bytes(before),
    content: bytes(content),
  }));
  return { action, step, changes: read };
}
