import { describe, expect, test } from 'vitest';
import { renderStatus } from '../../cli/status.ts';
import type { Progress } from '../../course/progress.ts';
import type { Step } from '../../course/steps.ts';

const steps = ['untraced-app', 'provider', 'sampling'].map((name, index): Step => {
  const folder = `0${index + 1}-${name}`;
  return { number: index + 1, name, folder, title: `The ${name}`, dir: folder, solutionDir: folder };
});
const at = new Date(2026, 4, 4, 9, 5).toISOString();
const status = (progress: Progress) => renderStatus(steps, progress, false);

describe('the status', () => {
  test('tells a beginner where to begin', () => {
    expect(status({ done: {} })).toBe(
      [
        '   1 The untraced-app  not checked yet  ← you are here',
        '   2 The provider      not checked yet',
        '   3 The sampling      not checked yet',
        '',
        '0 of 3 done. npm run step 1 goes on.',
        '',
      ].join('\n'),
    );
  });

  test('tells what is done, when, by how many checks, and where the learner is', () => {
    const done = { 'untraced-app': { at, attempts: 1 }, sampling: { at, attempts: 12 } };
    expect(status({ current: 'provider', done, attempts: { provider: 3, sampling: 1 } })).toBe(
      [
        '✓  1 The untraced-app  done 2026-05-04 09:05, at the 1st check',
        '   2 The provider      not done, 3 checks so far  ← you are here',
        '✓  3 The sampling      done 2026-05-04 09:05, at the 12th check; 1 check failed since',
        '',
        '2 of 3 done. npm run step 2 goes on.',
        '',
      ].join('\n'),
    );
  });

  test('keeps what was done when steps are renumbered, renamed or left out', () => {
    const done = { sampling: { at, attempts: 2 }, 'of-another-version': { at, attempts: 1 } };
    const renumbered = steps.map((step) => ({ ...step, number: 10 - step.number })).toReversed();
    expect(renderStatus(renumbered, { current: 'of-another-version', done }, false)).toBe(
      [
        '✓  7 The sampling      done 2026-05-04 09:05, at the 2nd check',
        '   8 The provider      not checked yet  ← you are here',
        '   9 The untraced-app  not checked yet',
        '',
        '1 of 3 done. npm run step 8 goes on.',
        '',
      ].join('\n'),
    );
  });

  test('says what is next after a step that is done, and when all are', () => {
    const one = { provider: { at, attempts: 1 } };
    expect(status({ current: 'provider', done: one })).toContain('npm start goes on with the next one.');
    const all = Object.fromEntries(steps.map(({ name }) => [name, { at, attempts: 1 }]));
    expect(status({ done: all })).toContain('3 of 3 done. That is all of them.');
  });
});
