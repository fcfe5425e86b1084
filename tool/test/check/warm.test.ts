import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startWarmChecks, type WarmChecks } from '../../check/warm.ts';
import { isRunning, until } from '../fixtures/wait.ts';
import { fixtureWorkshop, helloApp } from '../fixtures/workshop.ts';

interface Bench {
  readonly checks: WarmChecks;
  readonly target: { readonly name: string; readonly dir: string };
  readonly save: (text: string) => void;
}

function bench(app?: string): Bench {
  const { root, targets } = fixtureWorkshop(app);
  const checks = startWarmChecks({ root, columns: () => 80 });
  onTestFinished(() => checks.close());
  const [{ step, dir } = { step: { folder: '' }, dir: '' }] = targets;
  return {
    checks,
    target: { name: step.folder, dir },
    save: (text) => writeFileSync(path.join(dir, 'app.ts'), text),
  };
}

/** Never listens, and writes its process id beside itself. */
const SLOW_APP = `
import { writeFileSync } from 'node:fs';
writeFileSync('pid.txt', String(process.pid));
setInterval(() => {}, 1000);
`;

test('tells the verdict on what is in the folder now, run after run', async () => {
  const { checks, target, save } = bench();
  const verdicts: unknown[] = [];
  for (const text of ['what?', 'hello', 'hello', 'what?']) {
    save(helloApp(text));
    verdicts.push((await checks.run(target))?.assertions.map(({ passed }) => passed));
  }

  expect(verdicts).toEqual([
    [true, false],
    [true, true],
    [true, true],
    [true, false],
  ]);
});

test('says why an assertion failed, as a single check does', async () => {
  const { checks, target } = bench();
  const result = await checks.run(target);

  expect(result?.assertions[1]?.failure?.message).toMatch(/^Expected a greeting/);
  expect(result?.assertions[1]?.failure?.guide).toBe('what-to-do');
});

test('gives up what it runs for a later run, and kills its app', async () => {
  const { checks, target, save } = bench(SLOW_APP);
  const first = checks.run(target);
  const pid = await pidOf(target.dir);
  save(helloApp('hello'));
  const second = checks.run(target);

  expect(await first).toBeUndefined();
  expect((await second)?.passed).toBe(true);
  await until(() => !isRunning(pid));
});

test('makes one run of a burst', async () => {
  const { checks, target } = bench(helloApp('hello'));
  const runs = await Promise.all(Array.from({ length: 20 }, () => checks.run(target)));

  expect(runs.map((result) => result?.passed)).toEqual([...Array(19).fill(undefined), true]);
});

test('leaves no process and no listener when it is closed in the middle of a run', async () => {
  const signals = ['SIGINT', 'SIGTERM', 'unhandledRejection'] as const;
  const before = signals.map((signal) => process.listenerCount(signal));
  const { checks, target } = bench(SLOW_APP);
  const run = checks.run(target);
  const pid = await pidOf(target.dir);

  expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before);
  await checks.close();
  expect(await run).toBeUndefined();
  await until(() => !isRunning(pid));
});

test('rejects where the check cannot be loaded, and runs on', async () => {
  const { checks, target } = bench(helloApp('hello'));

  await expect(checks.run({ ...target, name: 'missing' })).rejects.toThrow(/missing/);
  expect((await checks.run(target))?.passed).toBe(true);
});

test('grows by no process, worker or handle from run to run', async () => {
  const { checks, target } = bench(helloApp('hello'));
  for (let count = 0; count < 3; count++) await checks.run(target);
  const before = process.getActiveResourcesInfo().toSorted();
  for (let count = 0; count < 8; count++) await checks.run(target);

  await until(() => isSubset(process.getActiveResourcesInfo(), before));
});

function isSubset(names: readonly string[], others: readonly string[]): boolean {
  const left = [...others];
  return names.every((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    // Timers and requests of the system come and go.
    return at >= 0 || /Timeout|Immediate|Req/.test(name);
  });
}

async function pidOf(dir: string): Promise<number> {
  const { readFileSync } = await import('node:fs');
  const read = () => {
    try {
      return Number(readFileSync(path.join(dir, 'pid.txt'), 'utf8'));
    } catch {
      return 0;
    }
  };
  await until(() => read() > 0, 20_000);
  return read();
}
