import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LaunchError } from './launch-error.mjs';

const OWNER_WRITES_WITHIN_MS = 2_000;

/**
 * What `action` gives, run while no other process holds the lock directory `dir`.
 * The lock of a process that is gone is taken over. `say` is called once if we have to wait, with what the other is `doing`.
 */
export async function withLock(
  { dir, say, doing = 'installing the workshop', pollMs = 200, longestWaitMs = 15 * 60_000 },
  action,
) {
  mkdirSync(dirname(dir), { recursive: true });
  const deadline = Date.now() + longestWaitMs;
  for (let waited = false; !take(dir); waited = true) {
    if (isStale(dir)) {
      setAside(dir);
      continue;
    }
    if (!waited) say(`Another terminal is ${doing}: waiting for it …`);
    if (Date.now() > deadline) {
      throw new LaunchError(
        `Another terminal is ${doing}, and has held ${dir} for ${Math.round(longestWaitMs / 1000)} s.`,
        'Delete that folder and run again.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  try {
    return await action();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function take(dir) {
  try {
    mkdirSync(dir);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(join(dir, 'pid'), `${process.pid}\n`);
  } catch (error) {
    // Nobody would know whose it is, and the next command would wait for it.
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
  return true;
}

function isStale(dir) {
  try {
    const pid = ownerOf(dir);
    if (pid !== undefined) return !isRunning(pid);
    return Date.now() - statSync(dir).mtimeMs > OWNER_WRITES_WITHIN_MS;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function ownerOf(dir) {
  try {
    // Without the line's end it is half a number, of some other process.
    return Number(/^(\d+)\n$/.exec(readFileSync(join(dir, 'pid'), 'utf8'))?.[1]) || undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Looked at again once it is ours alone: another process may have taken the stale lock over before our rename. */
function setAside(dir) {
  const aside = `${dir}-of-the-past-${process.pid}`;
  try {
    renameSync(dir, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (isStale(aside)) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, dir);
}
