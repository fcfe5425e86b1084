export interface Trials {
  readonly trials: number;
  /** The probability of each success, between 0 and 1. */
  readonly probability: number;
}

export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * The narrowest range that a number of successes leaves with a probability below `failing`, half of it on either side.
 * Exact, from the binomial distribution: https://www.itl.nist.gov/div898/handbook/eda/section3/eda366i.htm
 */
export function binomialBounds({ trials, probability }: Trials, failing: number): Bounds {
  return {
    atLeast: leftOut({ trials, probability }, failing / 2),
    // As many failures are left out on the other side.
    atMost: trials - leftOut({ trials, probability: 1 - probability }, failing / 2),
  };
}

/** How many of the counts 0, 1, 2, … together are less probable than `failing`. */
function leftOut({ trials, probability }: Trials, failing: number): number {
  // As logarithms: many trials are too improbable for a number.
  let logChance = trials * Math.log(1 - probability);
  let sum = Math.exp(logChance);
  let count = 0;
  while (sum < failing && count < trials) {
    logChance += Math.log((trials - count) / (count + 1)) + Math.log(probability / (1 - probability));
    sum += Math.exp(logChance);
    count++;
  }
  return count;
}
