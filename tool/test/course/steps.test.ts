import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findStep, listSteps } from '../../course/steps.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'course '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function makeSteps(...folders: string[]) {
  for (const folder of folders) mkdirSync(path.join(root, 'steps', folder), { recursive: true });
}

describe('the list of steps', () => {
  test('comes from the folders alone, in the order of their numbers', () => {
    makeSteps('10-last', '02-provider', '01-untraced-app', 'notes', '3-short');
    writeFileSync(path.join(root, 'steps', '04-a-file'), '');
    writeFileSync(path.join(root, 'steps/02-provider/README.md'), '# Export the first span\n');

    expect(listSteps(root)).toEqual([
      {
        number: 1,
        name: 'untraced-app',
        folder: '01-untraced-app',
        title: 'untraced-app',
        dir: path.join(root, 'steps/01-untraced-app'),
        solutionDir: path.join(root, 'solutions/01-untraced-app'),
      },
      expect.objectContaining({ number: 2, name: 'provider', title: 'Export the first span' }),
      expect.objectContaining({ number: 10, name: 'last' }),
    ]);
  });

  test('says how to bring the steps back where there are none', () => {
    expect(() => listSteps(root)).toThrow(/^There are no steps in .* → Run: git checkout steps\.$/);
  });
});

describe('a step that is asked for', () => {
  test.each([
    ['3', 'auto-instrumentation'],
    ['03', 'auto-instrumentation'],
    ['auto', 'auto-instrumentation'],
    ['AUTO', 'auto-instrumentation'],
    ['03-auto', 'auto-instrumentation'],
    ['provider', 'provider'],
    ['provider-two', 'provider-two'],
  ])('%s is %s', (word, name) => {
    makeSteps('01-untraced-app', '02-provider', '03-auto-instrumentation', '04-provider-two');
    expect(findStep(listSteps(root), word).name).toBe(name);
  });

  test('is brought back, and no other, where its folder is gone', () => {
    makeSteps('01-untraced-app', '03-auto-instrumentation');
    expect(() => findStep(listSteps(root), '2')).toThrow(
      'The folder of step 2 is gone. → Run: git checkout "steps/02-*", or copy it from where you got the workshop.',
    );
  });

  test.each([
    ['12', 'There is no step 12. → Choose 1 to 2, for example: npm run check 2.'],
    ['zebra', 'There is no step zebra. → Choose 1 to 2, for example: npm run check 2.'],
    [
      'p',
      'Step p could be 01-provider or 02-propagation. → Give more of the name, or the number, for example: npm run check 1.',
    ],
  ])('%s is refused with the nearest right call', (word, message) => {
    makeSteps('01-provider', '02-propagation');
    expect(() => findStep(listSteps(root), word, 'npm run check')).toThrow(
      expect.objectContaining({ message, exitCode: 2 }),
    );
  });
});
