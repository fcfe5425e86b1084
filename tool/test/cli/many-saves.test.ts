import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Loop } from '../fixtures/loop.ts';
import { until } from '../fixtures/wait.ts';
import { helloApp } from '../fixtures/workshop.ts';

/** More of them, where somebody asks: `WORKSHOP_SAVES=1000 npm test -- many-saves`. */
const SAVES = Number(process.env.WORKSHOP_SAVES ?? 40);

vi.setConfig({ testTimeout: 60_000 + SAVES * 3000 });

const DONE = 'step 1 · 2 of 2 passed · done · n: step 2';

/** Saves that come while the app starts, while the check runs, and when both are done. */
async function saveOften(loop: Loop, saves: number): Promise<void> {
  for (let count = 0; count < saves; count++) {
    loop.save(`${helloApp('hello')}// ${count} of ${saves}`);
    await delay((count * 37) % 400);
  }
  // The last one is told from the others by its verdict.
  loop.save(helloApp('what?'));
  await loop.staysAt('step 1 · 1 of 2 passed · next: it greets');
  loop.save(helloApp('hello'));
  await loop.staysAt(DONE);
}

function childProcesses(): number {
  const parents = execFileSync('ps', ['-eo', 'ppid='], { encoding: 'utf8' }).split('\n');
  return parents.filter((parent) => Number(parent) === process.pid).length;
}

/** What is open, and how many of each kind: in this thread by its name, in those of the checks by the descriptor's. */
function handles(): Map<string, number> {
  const lasting = process.getActiveResourcesInfo().filter((name) => !/Timeout|Immediate|Req/.test(name));
  const kinds = Object.groupBy([...lasting, ...descriptors()], String);
  return new Map(Object.entries(kinds).map(([name, all = []]) => [name, all.length]));
}

/** `socket`, `pipe` and the like for each file descriptor of the process; none where the system does not list them. */
function descriptors(): string[] {
  const folder = '/proc/self/fd';
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((number) => {
    try {
      return readlinkSync(path.join(folder, number)).match(/^\w+(?=:)/)?.[0] ?? [];
    } catch {
      // The one by which the folder was read.
      return [];
    }
  });
}

/** Only what is more: some of what was open before may have been about to close. */
function openedSince(before: Map<string, number>): [string, number][] {
  return [...handles()].filter(([name, count]) => count > (before.get(name) ?? 0));
}

test.skipIf(process.platform === 'win32')(`${SAVES} saves leave no process and no handle`, async () => {
  const before = childProcesses();
  const loop = new Loop({ app: helloApp('hello') });
  await loop.staysAt(DONE);
  // The app, and the shell that guards it.
  const settled = () => until(() => childProcesses() === before + 2);
  await saveOften(loop, 5);
  await settled();
  const open = handles();
  await saveOften(loop, SAVES);
  await settled();
  await vi.waitFor(() => expect(openedSince(open)).toEqual([]), { timeout: 10_000 });

  loop.press('q');
  expect(await loop.exitCode).toBe(0);
  await until(() => childProcesses() === before);
});
