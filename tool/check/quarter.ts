import { type Bounds, binomialBounds } from './binomial.ts';

/** Requests to an app that samples a quarter of them: so many at first, and where that leaves a doubt so many more. */
export const quarterOf = { first: 320, more: 280 };

const probability = 0.25;
const all = quarterOf.first + quarterOf.more;

/** 97 of 100 right ratios are within it at once. */
const beyondDoubt = binomialBounds({ trials: quarterOf.first, probability }, 0.03);

const never = 4e-7;
const possible = binomialBounds({ trials: quarterOf.first, probability }, never);
const possibleOfAll = binomialBounds({ trials: all, probability }, never);

export interface QuarterVerdict extends Bounds {
  readonly verdict: 'right' | 'wrong' | 'in doubt';
  readonly requests: number;
  readonly kept: number;
}

/**
 * Whether so many traces, of the first requests and of the further ones if they were made, are a quarter. It calls a
 * ratio of 0.25 wrong 6 times in ten million, and right one of 0.1 6 times in ten million, of 0.44 twice in a million,
 * of 0.5 never: a test of fixed size needs twice the requests for that.
 */
export function isQuarter([first = 0, more]: readonly number[]): QuarterVerdict {
  if (more !== undefined) {
    const kept = first + more;
    return {
      verdict: within(kept, possibleOfAll) ? 'right' : 'wrong',
      requests: all,
      kept,
      ...possibleOfAll,
    };
  }
  const made = { requests: quarterOf.first, kept: first };
  if (within(first, beyondDoubt)) return { verdict: 'right', ...made, ...beyondDoubt };
  return { verdict: within(first, possible) ? 'in doubt' : 'wrong', ...made, ...possible };
}

function within(count: number, { atLeast, atMost }: Bounds): boolean {
  return count >= atLeast && count <= atMost;
}
