import { expect, test } from 'vitest';
import { isQuarter, quarterOf } from '../../check/quarter.ts';

test('a ratio of 0.25 is called wrong less than once in a million runs', () => {
  expect(chanceOf('wrong', 0.25)).toBeLessThan(1e-6);
});

test('and needs further requests in three runs of a hundred', () => {
  expect(
    1 - chanceBy(quarterOf.first, 0.25, (kept) => isQuarter([kept]).verdict !== 'in doubt'),
  ).toBeLessThan(0.03);
});

test.each([
  [0, 1e-12],
  [0.1, 1e-6],
  [0.4375, 1e-5],
  [0.5, 1e-11],
  [0.75, 1e-12],
  [1, 1e-12],
])('a ratio of %d is called right with a probability below %d', (ratio, chance) => {
  expect(chanceOf('right', ratio)).toBeLessThan(chance);
});

test('says how many of how many traces were expected', () => {
  expect(isQuarter([80])).toEqual({ verdict: 'right', requests: 320, kept: 80, atLeast: 64, atMost: 97 });
  expect(isQuarter([60])).toMatchObject({ verdict: 'in doubt' });
  expect(isQuarter([60, 70])).toEqual({
    verdict: 'right',
    requests: 600,
    kept: 130,
    atLeast: 99,
    atMost: 206,
  });
  expect(isQuarter([60, 20])).toMatchObject({ verdict: 'wrong', requests: 600, kept: 80 });
  expect(isQuarter([160])).toEqual({ verdict: 'wrong', requests: 320, kept: 160, atLeast: 43, atMost: 121 });
});

/** Of all that can happen with a ratio, exactly. */
function chanceOf(wanted: 'right' | 'wrong', ratio: number): number {
  const afterwards = chances(quarterOf.more, ratio);
  return chances(quarterOf.first, ratio).reduce((sum, chance, kept) => {
    const { verdict } = isQuarter([kept]);
    if (verdict !== 'in doubt') return verdict === wanted ? sum + chance : sum;
    const then = afterwards.map((more, count) => (isQuarter([kept, count]).verdict === wanted ? more : 0));
    return sum + chance * total(then);
  }, 0);
}

function chanceBy(trials: number, ratio: number, counts: (kept: number) => boolean): number {
  return total(chances(trials, ratio).filter((_, kept) => counts(kept)));
}

/** The chance of each number of traces, by Pascal's triangle, not by the recurrence that the bounds come from. */
function chances(trials: number, ratio: number): number[] {
  let row = [1];
  for (let trial = 0; trial < trials; trial++) {
    row = [...row, 0].map((same, count) => same * (1 - ratio) + (row[count - 1] ?? 0) * ratio);
  }
  return row;
}

function total(chances: readonly number[]): number {
  return chances.reduce((sum, chance) => sum + chance, 0);
}
