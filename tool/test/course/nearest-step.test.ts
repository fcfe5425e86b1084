import { expect, test } from 'vitest';
import { nearestStep } from '../../course/nearest-step.ts';
import type { Step } from '../../course/steps.ts';

const names = [
  'untraced-app',
  'provider',
  'auto-instrumentation',
  'custom-attributes',
  'manual-spans',
  'sampling',
];
const steps = names.map((name, index): Step => {
  const folder = `0${index + 1}-${name}`;
  return { number: index + 1, name, folder, title: name, dir: folder, solutionDir: folder };
});

test.each([
  ['three', 3],
  ['third', 3],
  ['step3', 3],
  ['#3', 3],
  ['3.', 3],
  ['-3', 3],
  ['1-3', 1],
  ['2..4', 2],
  ['instrumentation', 3],
  ['autoinstrumentation', 3],
  ['smapling', 6],
  ['spans', 5],
  ['provdier', 2],
  ['twelve', undefined],
  ['12', undefined],
  ['3.5', undefined],
  ['all', undefined],
  ['banana', undefined],
  ['', undefined],
])('%j comes nearest to step %s', (word, number) => {
  expect(nearestStep(steps, word)?.number).toBe(number);
});
