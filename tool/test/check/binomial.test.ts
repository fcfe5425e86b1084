import { expect, test } from 'vitest';
import { binomialBounds } from '../../check/binomial.ts';

test('a fair coin thrown twenty times is left alone between 6 and 14 heads, nineteen times of twenty', () => {
  expect(binomialBounds({ trials: 20, probability: 0.5 }, 0.05)).toEqual({ atLeast: 6, atMost: 14 });
});
