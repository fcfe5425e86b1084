import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { actOn } from '../fixtures/replace-action.ts';
import { SmallWorkshop } from '../fixtures/small-workshop.ts';

const fixtures = path.resolve(import.meta.dirname, '../fixtures');
const typesFlags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
const timeout = 120_000;
const compileCache = path.resolve(import.meta.dirname, '../../../.workshop/compile-cache');

interface Ended {
  readonly killed: boolean;
  readonly exitCode: number | null;
  readonly text: string;
}

function run({ root }: SmallWorkshop, action: string, fault = 'none:0'): Promise<Ended> {
  const preload = ['--import', path.join(fixtures, 'fault-preload.mjs')];
  const command = [...typesFlags, ...preload, path.join(fixtures, 'replace-child.ts'), root, action];
  const env = { ...process.env, FAULT: fault, NODE_NO_WARNINGS: '1', NODE_COMPILE_CACHE: compileCache };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { env }, (_error, _stdout, text) => {
      resolve({ killed: child.signalCode === 'SIGKILL', exitCode: child.exitCode, text });
    });
  });
}

const states = {
  mine: { 'app.ts': 'app\n', 'tracing.ts': 'mine\n' },
  solved: { 'app.ts': 'app\n', 'seed.ts': 'seed\n', 'tracing.ts': 'solved\n' },
  start: { 'app.ts': 'app\n', 'seed.ts': 'seed\n', 'tracing.ts': '// TODO 1: Trace.\n' },
};
const filesOf = (workshop: SmallWorkshop) => workshop.files('steps/02-provider');

/** All that was ever replaced can still be undone, down to what was there first. */
async function undoAll(workshop: SmallWorkshop): Promise<void> {
  for (let count = 0; count < 5; count++) await actOn(workshop.root, 'undo');
  expect(filesOf(workshop)).toEqual(states.mine);
}

describe.concurrent.each([
  { action: 'solve', before: states.mine, after: states.solved, prepare: 'nothing' },
  { action: 'reset', before: states.mine, after: states.start, prepare: 'nothing' },
  { action: 'undo', before: states.solved, after: states.mine, prepare: 'solve' },
])('$action', { timeout }, ({ action, before, after, prepare }) => {
  /** A workshop in which the action met the fault. */
  async function faulty(fault: string) {
    const workshop = new SmallWorkshop();
    await actOn(workshop.root, prepare);
    return { workshop, ...(await run(workshop, action, fault)) };
  }

  test('killed at any point: the next command finds all or nothing', async ({ expect }) => {
    const found = new Set<string>();
    for (let at = 1; ; at++) {
      const { workshop, killed } = await faulty(`kill:${at}`);
      if (!killed) {
        expect(at).toBeGreaterThan(12);
        break;
      }
      await actOn(workshop.root, 'nothing');
      const files = filesOf(workshop);
      expect([before, after], `killed at ${at}`).toContainEqual(files);
      found.add(JSON.stringify(files));

      if (files['tracing.ts'] === before['tracing.ts']) await actOn(workshop.root, action);
      expect(filesOf(workshop), `done again after ${at}`).toEqual(after);
      await undoAll(workshop);
    }
    expect(found).toEqual(new Set([before, after].map((files) => JSON.stringify(files))));
  });

  test('with one failure at any point: it says so, and all or nothing is done', async ({ expect }) => {
    for (let at = 1; ; at++) {
      const { workshop, exitCode, text } = await faulty(`EBUSY:${at}`);
      const files = filesOf(workshop);
      expect([before, after], `failed at ${at}: ${text}`).toContainEqual(files);
      await undoAll(workshop);
      if (exitCode === 0) {
        expect(at).toBeGreaterThan(8);
        break;
      }
      expect(text, `failed at ${at}`).toMatch(/EBUSY.* → /);
    }
  });

  test('on a disk that is full from any point on: nothing is done, or all', async ({ expect }) => {
    for (let at = 1; ; at++) {
      const { workshop, exitCode, text } = await faulty(`ENOSPC:${at}+`);
      expect(filesOf(workshop), `full from ${at}: ${text}`).toEqual(exitCode === 0 ? after : before);
      await undoAll(workshop);
      if (exitCode === 0) break;
      expect(text).toMatch(/^The disk is full, so .* as it was\. → Free some space, and run again\.\n$/);
    }
  });
});

test('in a folder that may not be written: it says so, and nothing is changed', async () => {
  const workshop = new SmallWorkshop();
  const { exitCode, text } = await run(workshop, 'solve', 'EACCES:steps');
  expect({ exitCode, text }).toEqual({
    exitCode: 3,
    text:
      'steps/02-provider/.seed.ts.workshop-new cannot be written (EACCES), so step 2 stays as it was.' +
      ' → Make the folder yours to write, and run again.\n',
  });
  expect(filesOf(workshop)).toEqual(states.mine);
  expect(workshop.files('.workshop/backups')).toEqual({});
});

test('copies at once: each is done whole, one after the other', { timeout }, async () => {
  const workshop = new SmallWorkshop();
  const actions = ['solve', 'reset', 'solve', 'reset'];
  const ended = await Promise.all(actions.map((action) => run(workshop, action)));
  expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
  expect([states.solved, states.start]).toContainEqual(filesOf(workshop));
  await undoAll(workshop);
});
