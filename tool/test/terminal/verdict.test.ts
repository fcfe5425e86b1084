import { expect, test } from 'vitest';
import { renderVerdict, type VerdictState } from '../../terminal/verdict.ts';

function text(state: Omit<VerdictState, 'step'>): string {
  return renderVerdict({ step: 3, ...state })
    .map((piece) => piece.text)
    .join('');
}

const half = {
  assertions: [
    { name: 'the app starts and answers', passed: true },
    { name: 'the SERVER span is named by method and route', passed: false },
    { name: 'middleware makes no spans', passed: false },
  ],
};
const whole = { assertions: half.assertions.map(({ name }) => ({ name, passed: true })) };

test('says in words how far the step is, and what comes next', () => {
  expect(text({ checking: false, last: half })).toBe(
    'step 3 · 1 of 3 passed · next: the SERVER span is named by method and route',
  );
});

test('says that a step is done, and where to go on', () => {
  expect(text({ checking: false, last: whole, onward: 'n: step 4' })).toBe(
    'step 3 · 3 of 3 passed · done · n: step 4',
  );
  expect(text({ checking: false, last: whole })).toBe('step 3 · 3 of 3 passed · done');
});

test('keeps the verdict before in sight while it checks', () => {
  expect(text({ checking: true })).toBe('step 3 · checking');
  expect(text({ checking: true, last: half })).toBe('step 3 · checking · before: 1 of 3 passed');
});

test('says why there is no verdict', () => {
  expect(text({ checking: false, problem: 'The check did not run.' })).toBe(
    'step 3 · not checked: The check did not run.',
  );
});

test('says nothing yet of a step that nobody has checked', () => {
  expect(text({ checking: false })).toBe('step 3');
});
