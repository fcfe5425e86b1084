import { expect, test } from 'vitest';
import { binomialBounds } from '../../check/binomial.ts';

test('a fair coin thrown twenty times is left alone between 6 and 14 heads, nineteen times of twenty', () => {
  expect(binomialBounds({ trials: 20, probability: 0.5 }, 0.05)).toEqual({ atLeast: 6, atMost: 14 });
});

test('the range of a quarter of 600 traces is left less than once in a million runs', () => {
  const { atLeast, atMost } = binomialBounds({ trials: 600, probability: 0.25 }, 1e-6);

  expect({ atLeast, atMost }).toEqual({ atLeast: 100, atMost: 204 });
  expect(1 - chanceBetween(0.25, atLeast, atMost)).toBeLessThan(1e-6);
});

test.each([
  [0.1, 1e-6],
  [0.5, 1e-12],
  [0.75, 1e-12],
])('600 traces sampled with %d are in that range with a probability below %d', (ratio, chance) => {
  expect(chanceBetween(ratio, 100, 204)).toBeLessThan(chance);
});

/** By Pascal's triangle, not by the recurrence that is under test. */
function chanceBetween(probability: number, atLeast: number, atMost: number): number {
  let row = [1];
  for (let trial = 0; trial < 600; trial++) {
    row = [...row, 0].map((same, count) => same * (1 - probability) + (row[count - 1] ?? 0) * probability);
  }
  return row.slice(atLeast, atMost + 1).reduce((sum, chance) => sum + chance, 0);
}
