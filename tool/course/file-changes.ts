import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a file is to hold; null: it is not to be there. */
export interface Change {
  readonly file: string;
  readonly content: Buffer | null;
}

/** Write all new content beside the files that it is for. After this, putting it in place needs no room on the disk. */
export function stage(changes: readonly Change[]): void {
  for (const { file, content } of changes.filter(isOpen)) {
    if (!content) continue;
    if (!existsSync(path.dirname(file))) mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(besideOf(file), content, { flush: true });
  }
}

/** Put staged content in place, file by file, each at once: whoever reads or watches sees the old or the new, never a part. */
export function putInPlace(changes: readonly Change[]): void {
  for (const change of changes) {
    const { file, content } = change;
    if (!isOpen(change)) unstage([change]);
    else if (content) renamePatiently(besideOf(file), file);
    else rmSync(file, { force: true });
  }
}

/** Take away what was staged and is not in place. */
export function unstage(changes: readonly Change[]): void {
  // Nothing is asked of a folder that may not be written.
  for (const { file } of changes) {
    if (existsSync(besideOf(file))) rmSync(besideOf(file));
  }
}

/** What the file holds; null where there is none. */
export function contentOf(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

const isOpen = ({ file, content }: Change) => !isSame(contentOf(file), content);

// Hidden, so that those who watch the folder for source files pass it by.
const besideOf = (file: string) => path.join(path.dirname(file), `.${path.basename(file)}.workshop-new`);

const PAUSES_MS = [10, 30, 90, 270];

/** On Windows a file that an editor or a virus scanner has open for a moment cannot be replaced. */
function renamePatiently(from: string, to: string): void {
  for (const pause of process.platform === 'win32' ? PAUSES_MS : []) {
    try {
      renameSync(from, to);
      return;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
  renameSync(from, to);
}
