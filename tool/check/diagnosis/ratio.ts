import type { Evidence } from '../evidence.ts';
import { highestPlace, judgeQuarter, ratioByPlace } from '../quarter.ts';
import { rootRequests, traceIdsOf } from '../sampled-run.ts';
import { brokenOff } from '../whole-traces.ts';
import type { Diagnosis } from './diagnosis.ts';
import { isUnset, keptRoots, type Shares, setting, shareOf, shares, withRatio } from './shares.ts';

/** A ratio that keeps almost nothing. */
const tiny = 0.02;

function keptIds(evidence: Evidence, ratio: string): string[] {
  return withRatio(evidence, ratio).flatMap((run) => traceIdsOf(run, rootRequests(run)));
}

/** The highest place of the trace ids that were kept with this ratio, 0 where none was. */
function placeAt(evidence: Evidence, ratio: string): number {
  return highestPlace(keptIds(evidence, ratio));
}

/** A mistake in what becomes of the ratio, recognised by the shares of traces that were kept. */
function ratioMistake(
  id: string,
  fits: (shares: Shares, evidence: Evidence) => boolean,
  explanation: { readonly cause: string; readonly mend: string },
): Diagnosis {
  return {
    id,
    explain: (evidence) => {
      const found = shares(evidence);
      return found && fits(found, evidence) ? explanation : undefined;
    },
  };
}

export const ratioInverted = ratioMistake('ratio-inverted', ({ none, all }) => none === 1 && all === 0, {
  cause: 'It is the wrong way round: with 0 every trace is exported, with 1 none.',
  mend: `${setting} is the share of traces to keep.`,
});

export const ratioZeroIsDefault = ratioMistake(
  'ratio-zero-is-default',
  ({ none, some, all }) => none === 1 && some < 0.9 && all === 1,
  {
    cause: `${setting}=0 is taken as if it were not set: 0 is falsy, so \`|| 1\` puts the default in its place, as \`> 0 ? … : 1\` does.`,
    mend: `Test for a missing value alone: Number(process.env.${setting} ?? 1).`,
  },
);

export const ratioZeroNotHeard: Diagnosis = ratioMistake(
  'ratio-zero-is-default',
  ({ none, all }) => none > 0 && none < 1 && all === 1,
  {
    cause: `With ${setting}=0 some traces are exported, and with 1 all: 0 is taken as if it were not set, as \`|| 0.5\` does, or a rule keeps some requests before the ratio is asked.`,
    mend: `Test for a missing value alone: Number(process.env.${setting} ?? 1), and leave all but /healthz to the ParentBasedSampler.`,
  },
);

export const ratioAsPercent = ratioMistake(
  'ratio-as-percent',
  ({ none, some, all }) => none === 0 && some === 1 && all === 1,
  {
    cause: `With ${setting}=0.25 every trace is exported: what reaches the sampler is 1 or more, 25 for example.`,
    mend: 'A ratio lies between 0 and 1: give it to the sampler as it is.',
  },
);

export const ratioCutOff = ratioMistake(
  'ratio-cut-off',
  ({ none, some, all }) => none === 0 && some === 0 && all === 1,
  {
    cause: `With ${setting}=0.25 no trace is exported, and with 1 all: the fraction is lost on its way. parseInt() and Math.floor() cut it off, and what is not a number (0,25) or is compared with '1' becomes 0. It can also be that the dice are thrown once, when the file is loaded, and not for each trace.`,
    mend: `Number(process.env.${setting} ?? 1) keeps it.`,
  },
);

export const ratioNotRead = ratioMistake(
  'ratio-not-read',
  ({ none, some, all }, evidence) =>
    none === 0 &&
    all < 0.2 &&
    (some < tiny || Math.max(...['0.25', '1'].map((one) => placeAt(evidence, one))) < tiny),
  {
    cause: `Almost nothing is exported, with ${setting}=1 either. TraceIdRatioBasedSampler takes whatever is not a number for 0: NaN (a variable that is not set, or a misspelt name), an object, or the text "1". A ratio divided by 100 does the same, and so do a sampler of your own that does not hand on the trace id and a root that is another sampler.`,
    mend: `Give root: new TraceIdRatioBasedSampler(…) the number Number(process.env.${setting} ?? 1), between 0 and 1; and what shouldSample() is given, hand on whole and in its order.`,
  },
);

export const ratioHardCoded = ratioMistake(
  'ratio-hard-coded',
  // A part even of 1 that grows with the ratio is another matter. The trace ids tell the two apart for certain.
  ({ none, some, all }, evidence) => {
    if (all === 1) return false;
    // So small a part of so few traces is none at times.
    if (all === 0) return some > 0 && some < 0.2;
    const [ofSome, ofAll] = [keptIds(evidence, '0.25'), keptIds(evidence, '1')];
    const known = ratioByPlace(ofSome.length + ofAll.length, highestPlace([...ofSome, ...ofAll]));
    if (!known) return none > 0 || all <= 2 * some;
    return highestPlace(ofAll) < (2 * highestPlace(ofSome) * (ofSome.length + 1)) / ofSome.length;
  },
  {
    cause: `A part of the traces is exported whatever ${setting} says, with 0 as with 1: the ratio stands in the code.`,
    mend: `Read it where the sampler is made: Number(process.env.${setting} ?? 1).`,
  },
);

export const wrongRatio: Diagnosis = {
  id: 'wrong-ratio',
  explain: (evidence) => {
    const runs = withRatio(evidence, '0.25');
    const share = shareOf(runs);
    const traceIds = keptIds(evidence, '0.25');
    const kept = traceIds.length;
    const requests = runs.flatMap(rootRequests).length;
    const { verdict, ratio, atLeast } = judgeQuarter({ requests, kept, highest: highestPlace(traceIds) });
    if (share === undefined || verdict !== 'wrong') return fewerThanAll(evidence);
    if (kept < atLeast) return fewerThanAll(evidence) ?? tooFew('0.25', kept, requests);
    const percent = (100 * (ratio?.about ?? share)).toFixed(0);
    return {
      cause: `With ${setting}=0.25, ${ratio ? 'about ' : ''}${percent} % of the traces are exported: the ratio is changed on its way, or applied twice.`,
      mend: 'Give it as it is to one TraceIdRatioBasedSampler.',
    };
  },
};

function fewerThanAll(evidence: Evidence) {
  const runs = withRatio(evidence, '1');
  const kept = keptRoots(runs).length;
  const requests = runs.flatMap(rootRequests).length;
  // Where a SERVER span alone is lost, the trace is not.
  if (kept === 0 || kept === requests || runs.flatMap(brokenOff).length > 0) return undefined;
  return tooFew('1', kept, requests);
}

function tooFew(ratio: string, kept: number, requests: number) {
  return {
    cause: `With ${setting}=${ratio}, only ${kept} of ${requests} traces are exported: the ratio is changed on its way or applied twice, or something beside it drops traces, chance or a limit for example.`,
    mend: 'Give the ratio as it is to one TraceIdRatioBasedSampler, and let nothing drop traces beside it but the rule for /healthz.',
  };
}

export const ratioWithoutDefault: Diagnosis = {
  id: 'ratio-without-default',
  explain: (evidence) => {
    const share = shareOf(evidence.runs.filter(isUnset));
    if (share === undefined || share === 1 || shareOf(withRatio(evidence, '1')) !== 1) return undefined;
    return {
      cause: `Where ${setting} is not set, ${share === 0 ? 'no trace' : 'only a part of the traces'} is exported: there is no default, or it is not 1. Number(undefined) is NaN, and TraceIdRatioBasedSampler takes that for 0.`,
      mend: `Keep all of them by default: Number(process.env.${setting} ?? 1).`,
    };
  },
};
