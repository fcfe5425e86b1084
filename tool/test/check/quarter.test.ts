import { randomBytes } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { highestPlace, judgeQuarter, quarterOf } from '../../check/quarter.ts';

const all = quarterOf.first + quarterOf.more;

test('the place of a trace id is where the SDK begins to keep it', () => {
  for (let index = 0; index < 1000; index++) {
    const traceId = randomBytes(16).toString('hex');
    const place = highestPlace([traceId]);
    expect(isKept(traceId, place + 1e-8)).toBe(true);
    expect(isKept(traceId, place - 1e-8)).toBe(false);
  }
});

test("a ratio of 0.25 is called wrong less than once in a million runs, the SDK's or another's", () => {
  expect(chanceOf('wrong', 0.25, 'by place')).toBeLessThan(1e-6);
  expect(chanceOf('wrong', 0.25, 'by chance')).toBeLessThan(1e-6);
});

test("the SDK's needs further requests in three runs of a hundred", () => {
  expect(chances(quarterOf.first, 0.25, 'by place').doubt).toBeLessThan(0.035);
});

test.each([
  [0, 1e-12],
  [0.1, 1e-12],
  [0.2, 1e-12],
  [0.22, 1],
  [0.3, 1e-3],
  [0.33, 1e-5],
  [0.5, 1e-12],
  [1, 1e-12],
])("a ratio of %d of the SDK's sampler is called right with a probability of at most %d", (ratio, chance) => {
  expect(chanceOf('right', ratio, 'by place')).toBeLessThanOrEqual(chance);
});

test.each([
  [0, 1e-12],
  [0.1, 1e-6],
  [0.4375, 1e-5],
  [0.5, 1e-11],
  [1, 1e-12],
])('a ratio of %d of another sampler is called right with a probability below %d', (ratio, chance) => {
  expect(chanceOf('right', ratio, 'by chance')).toBeLessThan(chance);
});

test('says how many traces were expected, and the ratio where the trace ids show it', () => {
  expect(judgeQuarter({ requests: 160, kept: 40, highest: 0.249 })).toMatchObject({
    verdict: 'right',
    ratio: { atLeast: expect.closeTo(0.249), about: expect.closeTo(0.255) },
  });
  expect(judgeQuarter({ requests: 160, kept: 48, highest: 0.295 })).toMatchObject({
    verdict: 'wrong',
    ratio: { atLeast: expect.closeTo(0.295), about: expect.closeTo(0.301) },
  });
  // A sampler of a quarter, and something else that drops most of what it keeps.
  expect(judgeQuarter({ requests: 160, kept: 12, highest: 0.24 })).toEqual({
    verdict: 'wrong',
    atLeast: 15,
    atMost: 69,
  });
  const another = judgeQuarter({ requests: 160, kept: 40, highest: 0.99 });
  expect(another).toEqual({ verdict: 'in doubt', atLeast: 15, atMost: 69 });
  expect(judgeQuarter({ requests: 600, kept: 130, highest: 0.99 })).toEqual({
    verdict: 'right',
    atLeast: 99,
    atMost: 206,
  });
});

test.each([
  ['none', 160, 0, 0],
  ['too many', 160, 80, 0.499],
  ['those of a ratio of 0.12', 160, 20, 0.119],
  ['those of a ratio of 0.22', 600, 130, 0.219],
  ['half of what the SDK would keep', 600, 75, 0.249],
])('%s are wrong', (_, requests, kept, highest) => {
  expect(judgeQuarter({ requests, kept, highest }).verdict).toBe('wrong');
});

type Sampler = 'by place' | 'by chance';

/** Of all that can happen with a ratio: `right` and `wrong` at once, and a `doubt` that further requests settle. */
function chances(trials: number, ratio: number, sampler: Sampler) {
  const found = { right: 0, wrong: 0, doubt: 0 };
  for (const [kept, chance] of numberKept(trials, ratio).entries()) {
    for (const [highest, share] of highestOf(kept, sampler === 'by place' ? ratio : 1)) {
      const { verdict } = judgeQuarter({ requests: trials, kept, highest });
      found[verdict === 'in doubt' ? 'doubt' : verdict] += chance * share;
    }
  }
  return found;
}

/** At most: a doubt is followed by a verdict on all requests, of which the first are a part. */
function chanceOf(wanted: 'right' | 'wrong', ratio: number, sampler: Sampler): number {
  const first = chances(quarterOf.first, ratio, sampler);
  return first[wanted] + Math.min(first.doubt, chances(all, ratio, sampler)[wanted]);
}

/** The highest of so many places below `bound`, and the chance of it, in steps of a hundredth. */
function* highestOf(kept: number, bound: number): Generator<[place: number, chance: number]> {
  if (kept === 0 || bound === 0) return yield [0, 1];
  for (let step = 1; step <= 100; step++) {
    const [from, to] = [(step - 1) / 100, Math.min(step / 100, bound)];
    if (from >= to) return;
    yield [to - 1e-6, (to / bound) ** kept - (from / bound) ** kept];
  }
}

/** The chance of each number of traces, by Pascal's triangle, not by the recurrence that the bounds come from. */
function numberKept(trials: number, ratio: number): number[] {
  let row = [1];
  for (let trial = 0; trial < trials; trial++) {
    row = [...row, 0].map((same, count) => same * (1 - ratio) + (row[count - 1] ?? 0) * ratio);
  }
  return row;
}

function isKept(traceId: string, ratio: number): boolean {
  const { decision } = new TraceIdRatioBasedSampler(ratio).shouldSample(ROOT_CONTEXT, traceId);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}
