import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  currentStep,
  type Progress,
  readProgress,
  renderNotSaved,
  stepToStart,
  withCheck,
  writeProgress,
} from '../../course/progress.ts';
import type { Step } from '../../course/steps.ts';

const steps = ['untraced-app', 'provider', 'auto-instrumentation'].map((name, index): Step => {
  const folder = `0${index + 1}-${name}`;
  return {
    number: index + 1,
    name,
    folder,
    title: name,
    dir: `/steps/${folder}`,
    solutionDir: `/solutions/${folder}`,
  };
});
const [first, second, third] = steps as [Step, Step, Step];
const now = new Date('2026-05-04T10:11:12.345Z');

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'progress '));
  file = path.join(folder, 'progress.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the progress file', () => {
  test('is empty progress while it does not exist', () => {
    expect(readProgress(file)).toEqual({ progress: { done: {} } });
  });

  test('gives back what was written, with fields that a later version added', () => {
    const progress = {
      current: 'provider',
      done: { 'untraced-app': { at: '2026', attempts: 2, stars: 5 } },
      theme: 'dark',
    };
    writeProgress(file, progress);
    expect(readProgress(file)).toEqual({ progress });
    expect(withCheck(progress, { step: second, passed: true, now })).toMatchObject({
      theme: 'dark',
      done: { 'untraced-app': { stars: 5 } },
    });
  });

  test.each([
    '',
    '{"done": {',
    'null',
    '[]',
    '{"done": 3}',
    '{"done": {}, "current": 7}',
    '{"done": {"provider": true}}',
  ])('is set aside when it is damaged: %j', (text) => {
    writeFileSync(file, text);
    const damagedFile = path.join(folder, 'progress.damaged-2026-05-04T10-11-12-345Z.json');

    expect(readProgress(file, now)).toEqual({ progress: { done: {} }, damagedFile });
    expect(readFileSync(damagedFile, 'utf8')).toBe(text);
    expect(readProgress(file)).toEqual({ progress: { done: {} } });
  });

  test('leaves nothing beside it when it cannot be written', () => {
    mkdirSync(file);
    expect(() => writeProgress(file, { done: {} })).toThrow();
    expect(readdirSync(folder)).toEqual(['progress.json']);
  });

  test.each([
    ['ENOSPC', 'It could not be saved: the disk is full. → Free some space.'],
    ['EROFS', 'It could not be saved: EROFS. → Make .workshop/ yours to write.'],
  ])('that cannot be written (%s) is told with the mend for that', (code, told) => {
    const error = Object.assign(new Error(`${code}: no, open '/a/long/path'`), { code });
    expect(renderNotSaved('It could not be saved', error)).toBe(told);
  });

  test('is whole at every moment while several write it', async () => {
    const script = `
      const { workerData, parentPort } = require('node:worker_threads');
      import(workerData.module).then(({ readProgress, writeProgress }) => {
        const done = { [workerData.name.repeat(2000)]: { at: 'now', attempts: 1 } };
        let damaged = 0;
        for (let i = 0; i < 100; i++) {
          writeProgress(workerData.file, { done });
          if (readProgress(workerData.file).damagedFile) damaged++;
        }
        parentPort.postMessage(damaged);
      });`;
    const module = new URL('../../course/progress.ts', import.meta.url).href;
    const damaged = await Promise.all(
      ['a', 'bb', 'ccc'].map((name) => {
        const worker = new Worker(script, {
          eval: true,
          workerData: { module, file, name },
          execArgv: ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'],
        });
        return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      }),
    );

    expect(damaged).toEqual([0, 0, 0]);
    expect(readdirSync(folder)).toEqual(['progress.json']);
  });
});

describe('the current step', () => {
  test.each<[string, Progress, string]>([
    ['the first, for a beginner', { done: {} }, 'untraced-app'],
    [
      'the one chosen last, although it is done',
      { current: 'untraced-app', done: { 'untraced-app': done() } },
      'untraced-app',
    ],
    [
      'the first that is not done, when the chosen one is no more',
      { current: 'gone', done: { 'untraced-app': done() } },
      'provider',
    ],
    [
      'the last, when all are done',
      { done: Object.fromEntries(steps.map(({ name }) => [name, done()])) },
      'auto-instrumentation',
    ],
  ])('is %s', (_, progress, name) => {
    expect(currentStep(steps, progress).name).toBe(name);
  });
});

test.each<[string, Progress, string]>([
  ['the current step', { current: 'provider', done: {} }, 'provider'],
  [
    'the one after a current step that is done',
    { current: 'untraced-app', done: { 'untraced-app': done() } },
    'provider',
  ],
  [
    'one left out before, when none after is open',
    { current: third.name, done: { [third.name]: done() } },
    'untraced-app',
  ],
  [
    'the current one, when all are done',
    { current: 'provider', done: Object.fromEntries(steps.map(({ name }) => [name, done()])) },
    'provider',
  ],
])('npm start goes on with %s', (_, progress, name) => {
  expect(stepToStart(steps, progress).name).toBe(name);
});

describe('a check', () => {
  test('counts the attempts until the step passes, which stays the current one', () => {
    const failed = withCheck({ done: {} }, { step: first, passed: false, now });
    expect(failed).toMatchObject({ done: {}, attempts: { 'untraced-app': 1 } });

    const passed = withCheck(failed, { step: first, passed: true, now });
    expect(passed).toEqual({
      current: 'untraced-app',
      done: { 'untraced-app': { at: '2026-05-04T10:11:12.345Z', attempts: 2 } },
      attempts: {},
      diagnoses: {},
    });
  });

  test('keeps what it found to be wrong, until the next one', () => {
    const diagnosis = { id: 'no-hook', cause: 'So.', mend: 'Mend it.' };
    const failed = withCheck({ done: {} }, { step: first, passed: false, diagnosis, now });
    expect(failed.diagnoses).toEqual({ 'untraced-app': diagnosis });
    expect(withCheck(failed, { step: second, passed: true, now }).diagnoses).toEqual(failed.diagnoses);
    expect(withCheck(failed, { step: first, passed: false, now }).diagnoses).toEqual({});
    expect(withCheck(failed, { step: first, passed: true, now }).diagnoses).toEqual({});
  });

  test('of another step leaves the current one, and one passed again keeps its first date', () => {
    const progress = { current: third.name, done: { provider: done() } };
    expect(withCheck(progress, { step: second, passed: true, now })).toEqual({
      ...progress,
      attempts: {},
      diagnoses: {},
    });
  });
});

function done() {
  return { at: '2026-01-01T00:00:00.000Z', attempts: 1 };
}
