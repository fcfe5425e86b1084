import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { contentOf } from './file-changes.ts';
import type { Step } from './steps.ts';

export type Action = 'solve' | 'reset' | 'undo';

/** What one `solve` or `reset` replaced: a folder in `.workshop/backups/`, and a line in the history there. */
export interface Backup {
  /** The folder's name. */
  readonly folder: string;
  /** By its name, so that a step can be renumbered. */
  readonly step: string;
  readonly action: Action;
  /** ISO 8601. */
  readonly at: string;
  /** The files that were replaced: the folder has them as they were. */
  readonly replaced: readonly string[];
  /** The files that were not there before. */
  readonly added: readonly string[];
}

export const backupsDir = (root: string) => path.join(root, '.workshop', 'backups');
export const historyFile = (root: string) => path.join(backupsDir(root), 'history.json');

/**
 * What can be brought back, the last one at the end. A history that cannot be read is set aside, and `say` is told: its
 * folders stay.
 */
export function readHistory(root: string, say: (line: string) => void, now = new Date()): readonly Backup[] {
  const file = historyFile(root);
  const text = contentOf(file)?.toString();
  if (text === undefined) return [];
  try {
    const { backups } = JSON.parse(text);
    if (Array.isArray(backups) && backups.every(isBackup)) return backups;
  } catch {}
  const aside = `history.damaged-${renderTime(now)}.json`;
  renameSync(file, path.join(backupsDir(root), aside));
  say(
    `The list of what can be undone could not be read, so it starts anew. → The old one is .workshop/backups/${aside}, beside the files that it names.`,
  );
  return [];
}

export function renderHistory(backups: readonly Backup[]): Buffer {
  return Buffer.from(`${JSON.stringify({ backups }, null, 2)}\n`);
}

function isBackup(value: Partial<Backup> | null): boolean {
  const { folder, step, replaced, added } = value ?? {};
  return typeof folder === 'string' && typeof step === 'string' && isList(replaced) && isList(added);
}

const isList = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === 'string');

export interface BackupRequest {
  readonly root: string;
  readonly step: Pick<Step, 'folder' | 'name'>;
  readonly action: Action;
  readonly now: Date;
  /** What the learner's files hold, null where there is none. */
  readonly files: ReadonlyMap<string, Buffer | null>;
}

/** Copy the files into a folder of their own, which appears whole or not at all. */
export function keepBackup({ root, step, action, now, files }: BackupRequest): Backup {
  const there = [...files].filter((file): file is [string, Buffer] => file[1] !== null);
  const partial = path.join(backupsDir(root), '.partial');
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const [name, content] of there) {
    mkdirSync(path.dirname(path.join(partial, name)), { recursive: true });
    writeFileSync(path.join(partial, name), content, { flush: true });
  }
  const folder = freeName(root, `${renderTime(now)}-${action}-${step.folder}`);
  renameSync(partial, path.join(backupsDir(root), folder));

  const replaced = there.map(([name]) => name);
  const added = [...files.keys()].filter((name) => !replaced.includes(name));
  return { folder, step: step.name, action, at: now.toISOString(), replaced, added };
}

/** Take a backup away again, if that can be. */
export function dropBackup(root: string, { folder }: Backup): void {
  try {
    rmSync(path.join(backupsDir(root), folder), { recursive: true, force: true });
  } catch {}
}

function freeName(root: string, name: string): string {
  const names = [name, ...Array.from({ length: 98 }, (_, index) => `${name}-${index + 2}`)];
  return names.find((one) => !existsSync(path.join(backupsDir(root), one))) ?? `${name}-${Date.now()}`;
}

const renderTime = (time: Date) => time.toISOString().slice(0, 19).replaceAll(':', '-');

/** The files as they were before; undefined where the folder has lost one. */
export function readBackup(root: string, backup: Backup): Map<string, Buffer | null> | undefined {
  const { folder, replaced, added } = backup;
  const files = new Map<string, Buffer | null>(added.map((name) => [name, null]));
  for (const name of replaced) {
    const content = contentOf(path.join(backupsDir(root), folder, name));
    if (!content) return undefined;
    files.set(name, content);
  }
  return files;
}
