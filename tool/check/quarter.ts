import { type Bounds, binomialBounds } from './binomial.ts';

/** Requests to an app that samples a quarter of them: so many at first, and where that leaves a doubt so many more. */
export const quarterOf = { first: 160, more: 440 };

const probability = 0.25;

/** 97 of 100 right ratios are within it at once. */
const beyondDoubt = binomialBounds({ trials: quarterOf.first, probability }, 0.03);

/** What is so improbable does not happen: to be wrong about a right ratio is, all in all, less than a millionth. */
const never = 4e-7;
const possible = binomialBounds({ trials: quarterOf.first, probability }, never);
const possibleOfAll = binomialBounds({ trials: quarterOf.first + quarterOf.more, probability }, never);

/** Among so many trace ids of a ratio of 0.25 one has a place above it, but for one run of thousands. */
const nearlyAQuarter = 0.2;

export interface Sampled {
  readonly requests: number;
  /** The number of traces. */
  readonly kept: number;
  /** The highest place of their ids, see {@link highestPlace}. */
  readonly highest: number;
}

export interface Ratio {
  /** For certain. */
  readonly atLeast: number;
  readonly about: number;
}

export interface QuarterVerdict extends Bounds {
  readonly verdict: 'right' | 'wrong' | 'in doubt';
  /**
   * What the trace ids say, where they show that the SDK's own sampler chose them. Absent where fewer were kept than are
   * possible: something else may have dropped some of those that the sampler chose.
   */
  readonly ratio?: Ratio;
}

/**
 * Whether the traces that were kept are a quarter of the requests. Their number alone says so for `first` and `more`
 * together. The SDK's sampler is found out sooner and sharper: it keeps the ids whose place is below its ratio, so
 * that the highest place is nearly the ratio itself. A ratio of 0.25 is called wrong less than once in a million runs.
 */
export function judgeQuarter({ requests, kept, highest }: Sampled): QuarterVerdict {
  const atFirst = requests < quarterOf.first + quarterOf.more;
  const bounds = atFirst ? possible : possibleOfAll;
  const ratio = ratioByPlace(kept, highest);
  const found = { ...bounds, ...(ratio && kept >= bounds.atLeast && { ratio }) };

  if (!within(kept, bounds) || (ratio && !isPossible(highest, requests)))
    return { verdict: 'wrong', ...found };
  const plain = ratio && highest > nearlyAQuarter && within(kept, beyondDoubt);
  return { verdict: plain || !atFirst ? 'right' : 'in doubt', ...found };
}

/** Whether a ratio of 0.25 can have this highest place: that no trace id of so many requests came in between. */
function isPossible(highest: number, requests: number): boolean {
  return highest < probability && (1 - (probability - highest)) ** requests > 1e-8;
}

/** What ratio the SDK's sampler has, if it was that which kept these traces. Of any other the places go up to 1. */
export function ratioByPlace(kept: number, highest: number): Ratio | undefined {
  if (highest ** kept >= 1e-7) return undefined;
  return { atLeast: highest, about: (highest * (kept + 1)) / kept };
}

/**
 * The highest place between 0 and 1 of these trace ids, of 32 hexadecimal digits each: their four words combined by
 * exclusive or, as `TraceIdRatioBasedSampler` reads them.
 * https://opentelemetry.io/docs/specs/otel/trace/sdk/#traceidratiobased leaves that to each SDK.
 */
export function highestPlace(traceIds: readonly string[]): number {
  return Math.max(0, ...traceIds.map(placeOf));
}

function placeOf(traceId: string): number {
  const words = traceId.match(/.{8}/g) ?? [];
  return (words.reduce((sum, word) => sum ^ Number.parseInt(word, 16), 0) >>> 0) / 2 ** 32;
}

function within(count: number, { atLeast, atMost }: Bounds): boolean {
  return count >= atLeast && count <= atMost;
}
