import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Watching extends AsyncDisposable {
  close(): Promise<void>;
}

// A list of what to follow, and not of what to leave: an app's database and an editor's temporary files stay out.
const SOURCE = /\.([cm]?[jt]s|json|sql)$/;
const LEFT_OUT = /(^|\/)(\.[^/]|node_modules(\/|$))/;
const BURST_MS = 30;

/** What told of a change: the file system, or a look at the file. */
type Witness = 'event' | 'look';

// Some file systems tell of no change, or of none that was made elsewhere: a network's, a container's, a virtual machine's.
// A trial would not show it, since such a system may well tell of our own writes. So the files are looked at as well:
// seldom, until a look finds what no event has told.
const LOOK_MS = 1000;
const LOOK_WITHOUT_EVENTS_MS = 200;

/**
 * Call back with the source files in `dir` whose content changed since this call, once for a burst of saves.
 * Paths are relative, with forward slashes, sorted. Resolves once it watches; what changed before that is told as well.
 * Where the file system tells of changes, they are told at once; elsewhere within a second.
 */
export async function watchFiles(dir: string, onChange: (files: string[]) => void): Promise<Watching> {
  const stamps = stampAll(dir);
  const known = digestAll(dir);
  const touched = new Map<string, Witness>();
  let lookEveryMs = LOOK_MS;
  let timer: NodeJS.Timeout | undefined;
  const report = () => {
    const changed = [...touched.keys()].filter((file) => digest(dir, file) !== known.get(file)).toSorted();
    if (changed.some((file) => touched.get(file) === 'look')) lookEveryMs = LOOK_WITHOUT_EVENTS_MS;
    touched.clear();
    for (const file of changed) known.set(file, digest(dir, file));
    if (changed.length > 0) onChange(changed);
  };
  const touch = (file: string, witness: Witness) => {
    touched.set(file, witness);
    clearTimeout(timer);
    timer = setTimeout(report, BURST_MS);
  };

  // Loaded late, because the app is started first and needs the processor more.
  const { watch } = await import('chokidar');
  // From the folder above, because a folder that is removed and made anew is lost to its own watcher.
  const above = path.dirname(dir);
  const watcher = watch(above, {
    ignored: (file, stats) => {
      if (file === above) return false;
      const name = relative(dir, file);
      return LEFT_OUT.test(name) || (stats?.isFile() === true && !SOURCE.test(name));
    },
  });
  watcher.on('all', (_event, file) => {
    if (SOURCE.test(file)) touch(relative(dir, file), 'event');
  });
  // A watcher that cannot follow a file leaves the others followed.
  watcher.on('error', () => {});
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));

  const looking = lookAtFiles(dir, {
    before: stamps,
    everyMs: () => lookEveryMs,
    onChange: (file) => touch(file, 'look'),
  });
  const close = async () => {
    looking.stop();
    clearTimeout(timer);
    await watcher.close();
    clearTimeout(timer);
  };
  return { close, [Symbol.asyncDispose]: close };
}

interface LookOptions {
  /** The stamps of the files at the time from which on changes count. */
  readonly before: ReadonlyMap<string, string>;
  readonly everyMs: () => number;
  readonly onChange: (file: string) => void;
}

/** Call back with each file that looks changed, by its time and size; that is much quicker than to read it. */
function lookAtFiles(dir: string, { before, everyMs, onChange }: LookOptions): { stop(): void } {
  let last = before;
  let timer: NodeJS.Timeout;
  const look = () => {
    const now = stampAll(dir);
    for (const file of new Set([...last.keys(), ...now.keys()])) {
      if (last.get(file) !== now.get(file)) onChange(file);
    }
    last = now;
    timer = setTimeout(look, everyMs());
  };
  timer = setTimeout(look, everyMs());
  return { stop: () => clearTimeout(timer) };
}

function stampAll(dir: string): Map<string, string> {
  return new Map(sourceFiles(dir, '').map((file) => [file, stamp(path.join(dir, file))]));
}

function stamp(file: string): string {
  const { mtimeMs, ctimeMs, size, ino } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return [mtimeMs, ctimeMs, size, ino].join();
}

function relative(dir: string, file: string): string {
  return path.relative(dir, file).replaceAll('\\', '/');
}

function digestAll(dir: string): Map<string, string | undefined> {
  return new Map(sourceFiles(dir, '').map((file) => [file, digest(dir, file)]));
}

/** None where the folder is not there. */
function sourceFiles(dir: string, folder: string): string[] {
  return entriesOf(path.join(dir, folder)).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (LEFT_OUT.test(name)) return [];
    if (entry.isDirectory()) return sourceFiles(dir, name);
    return SOURCE.test(name) ? [name] : [];
  });
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Undefined for a file that is not there. */
function digest(dir: string, file: string): string | undefined {
  try {
    return createHash('sha1')
      .update(readFileSync(path.join(dir, file)))
      .digest('hex');
  } catch {
    return undefined;
  }
}
