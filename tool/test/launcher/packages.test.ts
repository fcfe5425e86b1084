import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../fixtures/wait.ts';
import { FakeWorkshop } from './fake-workshop.ts';

const INSTALLING = "Installing the workshop's packages from the npm registry (some 20 s) …\n";
const UPDATING = "Updating the workshop's packages from the npm registry (some 20 s) …\n";
const LEARNERS = ['ci', '--omit=dev', '--package-lock=true', '--include=optional'];
const MAINTAINERS = ['ci', '--include=dev', '--package-lock=true', '--include=optional'];

let workshop: FakeWorkshop;
beforeEach(() => {
  workshop = new FakeWorkshop();
});
afterEach(() => workshop[Symbol.dispose]());

describe('the packages', () => {
  test('are installed at the first start, in one line on stderr, and never again', async () => {
    expect(await workshop.run(['step', '3'])).toEqual({ code: 0, out: '["step","3"]\n', err: INSTALLING });
    expect(await workshop.run(['step', '3'])).toEqual({ code: 0, out: '["step","3"]\n', err: '' });
    expect(workshop.npmCalls).toEqual([LEARNERS]);
  });

  test('of maintainers come with the first command that needs them, and stay', async () => {
    await workshop.run(['start']);
    expect((await workshop.run(['test'])).err).toBe(UPDATING);
    expect((await workshop.run(['start'])).err).toBe('');
    workshop.lock({ 'node_modules/express': { version: '6.0.0' } });
    expect((await workshop.run(['start'])).err).toBe(UPDATING);
    expect(workshop.npmCalls.slice(1)).toEqual([
      ['install', '--no-save', ...MAINTAINERS.slice(1)],
      ['install', '--no-save', ...MAINTAINERS.slice(1)],
    ]);
  });

  test('that somebody installed by hand are taken as they are', async () => {
    const packages = { 'node_modules/express': { version: '5.0.0' } };
    workshop.write('node_modules/.package-lock.json', JSON.stringify({ packages }));

    expect((await workshop.run(['start'])).err).toBe('');
    expect((await workshop.run(['test'])).err).toBe(UPDATING);
  });

  test('are installed anew after an install that was interrupted', async () => {
    const child = workshop.start(['start'], { FAKE_NPM: 'hang' });
    await until(() => workshop.npmCalls.length === 1);
    child.kill('SIGKILL');
    await once(child, 'close');
    mkdirSync(path.join(workshop.root, 'node_modules', 'express'), { recursive: true });

    expect(await workshop.run(['start'])).toMatchObject({ code: 0, err: INSTALLING });
    expect(workshop.npmCalls).toEqual([LEARNERS, LEARNERS]);
  });

  test.runIf(process.platform !== 'win32')('are left alone when somebody stops the install', async () => {
    const child = workshop.start(['start'], { FAKE_NPM: 'hang' });
    await until(() => workshop.npmCalls.length === 1);
    child.kill('SIGTERM');

    expect(await once(child, 'exit')).toEqual([130, null]);
    expect(existsSync(path.join(workshop.root, '.workshop', 'install.lock'))).toBe(false);
    expect(existsSync(path.join(workshop.root, 'node_modules'))).toBe(false);
  });

  test("are installed where the home has no room for npm's cache", async () => {
    expect(await workshop.run(['start'], { FAKE_NPM: 'no-home' })).toMatchObject({
      code: 0,
      err: INSTALLING,
    });
    const cache = path.join(workshop.root, '.workshop', 'npm-cache');
    expect(workshop.npmCalls.at(-1)).toEqual(expect.arrayContaining(['ci', '--cache', cache]));
  });

  test('are installed once when two terminals start together', async () => {
    const [one, other] = await Promise.all([workshop.run(['start']), workshop.run(['start'])]);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(workshop.npmCalls).toEqual([LEARNERS]);
  });

  test('are installed although a process that is gone, or never said its id, left its lock', async () => {
    workshop.write('.workshop/install.lock/pid', '999999999\n');
    expect(await workshop.run(['start'])).toMatchObject({ code: 0, err: INSTALLING });

    rmSync(path.join(workshop.root, 'node_modules'), { recursive: true });
    const lock = path.join(workshop.root, '.workshop', 'install.lock');
    mkdirSync(lock);
    utimesSync(lock, new Date(0), new Date(0));
    expect(await workshop.run(['start'])).toMatchObject({ code: 0, err: INSTALLING });
  });
});

describe('packages that cannot be installed', () => {
  test.each([
    [
      'ENOTFOUND',
      "npm's registry did not answer (ENOTFOUND). → Connect to the network (behind a proxy: npm config set https-proxy http://HOST:PORT) and run again.",
    ],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      "npm does not trust the network's certificate (SELF_SIGNED_CERT_IN_CHAIN). → Name your company's certificate, npm config set cafile FILE.pem, and run again.",
    ],
    [
      'EACCES',
      'npm may not write there (EACCES). → Make it yours to write, stop what uses it, and run again.',
    ],
    ['ENOSPC', 'the disk is full. → Free 300 MB and run again.'],
    ['E500', 'npm failed (E500: request to the registry failed). → Mend that and run again.'],
  ])('are told with the mend and the log: %s', async (code, told) => {
    const problem = 'The packages that package-lock.json names are not installed, and';
    expect(await workshop.run(['start'], { FAKE_NPM: `fail:${code}` })).toEqual({
      code: 3,
      out: '',
      err: `${INSTALLING}${problem} ${told} npm's log: ${path.join('ROOT', '.workshop', 'install.log')}\n`,
    });
    expect(workshop.read('.workshop/install.log')).toContain(`npm error code ${code}`);
  });

  test('are told when npm only warns of the full disk and ends', async () => {
    expect((await workshop.run(['start'], { FAKE_NPM: 'full' })).err).toContain(
      'are not installed, and the disk is full. → Free 300 MB and run again.',
    );
  });

  test('are told on a disk that has no room for a lock, which is not left behind', async () => {
    const preload = new URL('../fixtures/fault-preload.mjs', import.meta.url).href;
    expect(
      await workshop.run(['start'], { NODE_OPTIONS: `--import ${preload}`, FAULT: 'ENOSPC:1+' }),
    ).toEqual({ code: 3, out: '', err: 'The disk is full. → Free some space, and run again.\n' });
    expect(existsSync(path.join(workshop.root, '.workshop', 'install.lock'))).toBe(false);
  });
});
