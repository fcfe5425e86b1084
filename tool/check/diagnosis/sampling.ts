import { type AppRun, type Evidence, told } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { decisionIn, keptOf, requestsWithParent, rootRequests } from '../sampled-run.ts';
import { brokenOff } from '../whole-traces.ts';
import type { Diagnosis } from './diagnosis.ts';
import { isUnset, keptRoots, setting, shares, withRatio } from './shares.ts';

const unsampledKept = ({ runs }: Evidence) =>
  runs.flatMap((run) => keptOf(run, requestsWithParent(run, 'unsampled')));
const healthSpans = ({ runs }: Evidence) =>
  runs
    .flatMap((run) => run.spans)
    .filter(
      ({ kind, attributes }) =>
        attributes['http.route'] === '/healthz' ||
        (kind === 'SERVER' && attributes['url.path'] === '/healthz'),
    );
const sampledLost = ({ runs }: Evidence) =>
  runs.flatMap((run) => {
    const followed = requestsWithParent(run, 'sampled');
    const kept = keptOf(run, followed);
    return followed.filter((request) => !kept.includes(request));
  });

const everything = (evidence: Evidence) =>
  Object.values(shares(evidence) ?? { no: 0 }).every((share) => share === 1);

export const samplerLeftOut: Diagnosis = {
  id: 'sampler-left-out',
  explain: ({ runs }) => {
    const unset = { runs: runs.filter(isUnset) };
    const others = { runs: runs.filter((run) => !isUnset(run)) };
    const parents = unsampledKept(unset).length > 0;
    const health = healthSpans(unset).length > 0;
    const there =
      (parents && unsampledKept(others).length === 0) || (health && healthSpans(others).length === 0);
    if (!there) return undefined;
    const what = [
      ...(health ? ['health checks'] : []),
      ...(parents ? ['traces that their caller did not sample'] : []),
    ];
    return {
      cause: `Where ${setting} is not set, ${what.join(' and ')} are exported, and with a ratio they are not: without the variable another sampler decides.`,
      mend: `Without the variable only the ratio is another, and that is 1: Number(process.env.${setting} ?? 1), in one sampler for both.`,
    };
  },
};

export const rootSamplerMissing: Diagnosis = {
  id: 'root-sampler-missing',
  explain: ({ runs }) => {
    const complaint = runs
      .flatMap((run) => told(run, 'diag'))
      .find(({ message }) => message.includes('must have a root sampler'));
    if (!complaint) return undefined;
    return {
      cause:
        'ParentBasedSampler was given no root sampler, and so keeps every trace; OpenTelemetry says: "ParentBasedSampler must have a root sampler configured".',
      mend: 'It takes an object: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }).',
    };
  },
};

const ratioRead = `new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(Number(process.env.${setting} ?? 1)) })`;
const samplerGiven = 'new NodeTracerProvider({ resource, sampler, spanProcessors: [ … ] })';

export const ratioAlwaysOne: Diagnosis = {
  id: 'ratio-always-one',
  explain: (evidence) => {
    if (!everything(evidence) || unsampledKept(evidence).length > 0) return undefined;
    if (healthSpans(evidence).length > 0) return undefined;
    return {
      cause: `Every trace is exported whatever ${setting} says, and no health check: those are left out, and the ratio is not heard. It is read from a variable of another name, or is always 1, or the root sampler keeps everything, or HttpInstrumentation leaves the health checks out and the provider was given no sampler.`,
      mend: `In sampling.ts: ${ratioRead}; in tracing.ts: ${samplerGiven}.`,
    };
  },
};

export const samplerNotGiven: Diagnosis = {
  id: 'sampler-not-given',
  explain: (evidence) => {
    if (!everything(evidence) || unsampledKept(evidence).length > 0) return undefined;
    return {
      cause: `Every trace is exported whatever ${setting} says, which is what the SDK does without a sampler of yours. Either the provider was given none; or the ratio is read from a variable of another name, or is always 1, or the root sampler keeps everything.`,
      mend: `In tracing.ts: ${samplerGiven}; in sampling.ts: ${ratioRead}.`,
    };
  },
};

export const stillAlwaysOn: Diagnosis = {
  id: 'still-always-on',
  explain: (evidence) => {
    if (!everything(evidence) || unsampledKept(evidence).length === 0) return undefined;
    return {
      cause: `Every trace is exported whatever ${setting} says, also one that its caller did not sample: an AlwaysOnSampler decides, or a sampler that always answers yes.`,
      mend: 'In sampling.ts: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }).',
    };
  },
};

export const ruleTooBroad: Diagnosis = {
  id: 'rule-too-broad',
  explain: (evidence) => {
    const runs = withRatio(evidence, '1');
    const roots = runs.flatMap(rootRequests);
    const kept = keptRoots(runs);
    const lost = [...Map.groupBy(roots, kindOf)].filter(
      ([, requests]) => !requests.some((one) => kept.includes(one)),
    );
    if (keptRoots(evidence.runs).length === 0 && sampledLost(evidence).length > 0)
      return nothingPasses(evidence);
    const lostCount = lost.flatMap(([, requests]) => requests).length;
    // One trace that a small ratio keeps is no rule.
    if (kept.length < 3 || lost.length === 0 || kept.length + lostCount < roots.length) return undefined;
    return {
      cause: kept.some(({ method }) => method === 'GET')
        ? `With ${setting}=1 no trace of ${lost.map(([kind]) => kind).join(', ')} is exported, and every other is: the rule catches more than health checks.`
        : 'Not one GET request is exported, and POST requests are: when a sampler is asked, the name of every SERVER span of a GET request is still "GET".',
      mend: "Let the rule look at the path: attributes['url.path'] === '/healthz'.",
    };
  },
};

function nothingPasses(evidence: Evidence) {
  const only = healthSpans(evidence).length > 0;
  return {
    cause: only
      ? 'Only /healthz is exported, and nothing else, not even what its caller sampled: the rule is the wrong way round.'
      : 'Nothing at all is exported, with any ratio, not even what its caller sampled: the rule catches every span, as with = in place of ===, or no ParentBasedSampler asks the caller.',
    mend: "Let the rule catch one path alone: if (attributes['url.path'] === '/healthz') …, and leave everything else to the ParentBasedSampler.",
  };
}

/** Method and path, by which a rule could tell a request from others. */
const kindOf = (request: Exchange) => `${request.method} ${pathOf(request)}`;

const pathOf = ({ path }: Exchange) => path.split('?')[0];

export const recordedNotSampled: Diagnosis = {
  id: 'recorded-not-sampled',
  explain: (evidence) => {
    const runs = withRatio(evidence, '1');
    const recorded = runs.flatMap((run) => told(run, 'span-ended')).length;
    const calls = runs.flatMap(({ upstream }) => upstream);
    const toldUnsampled =
      calls.length > 0 && calls.every(({ headers }) => String(headers.traceparent).endsWith('-00'));
    const arrived = evidence.runs.some(({ spans }) => spans.length > 0);
    if (recorded === 0 || arrived || !toldUnsampled) return undefined;
    return {
      cause: `With ${setting}=1 ${recorded} spans were recorded and none is sampled, and only sampled ones are exported: the decision was RECORD, or a name that does not exist, such as RECORD_AND_SAMPLE, or a Promise, as an async shouldSample() gives.`,
      mend: 'Answer { decision: SamplingDecision.RECORD_AND_SAMPLED }, or what the ParentBasedSampler answers.',
    };
  },
};

export const brokenTraces: Diagnosis = {
  id: 'broken-traces',
  explain: (evidence) =>
    (asksParent(evidence) ? lostInside(evidence) : undefined) ?? decidedForItself(evidence),
};

/** Where chance decides, some SERVER spans look as if they followed their caller. */
const asksParent = (evidence: Evidence) =>
  sampledLost(evidence).length === 0 && unsampledKept(evidence).length === 0;

function lostInside({ runs }: Evidence) {
  const [bare] = runs.flatMap(followedInPart);
  if (bare) {
    return {
      cause: `The SERVER span of ${bare.path} follows its caller, and what is inside of it is missing: for a span with a local parent it is decided anew, or a rule of yours catches it.`,
      mend: "Leave localParentSampled and localParentNotSampled as they are, and every child follows; and let the rule look for url.path === '/healthz' alone: what is inside of a request has no url.path, and other names.",
    };
  }
  const [childless] = runs.flatMap(callsLeftOut);
  if (!childless) return undefined;
  return {
    cause: `The trace of ${pathOf(childless)} is exported, and the upstream was told that it is not sampled: the CLIENT span of that call was left out, by a rule that catches more than the SERVER span of /healthz.`,
    mend: "Let the rule look at one attribute: if (attributes['url.path'] === '/healthz') …, and let every child follow.",
  };
}

function decidedForItself({ runs }: Evidence) {
  const orphans = runs.flatMap(brokenOff).length;
  const dropped = Math.max(0, ...runs.map((run) => recordedAndDropped(run)));
  const [inPart] = runs.flatMap((run) => [...followedInPart(run), ...callsLeftOut(run)]);
  if (dropped <= mostHealthSpans && orphans === 0 && !inPart) return undefined;
  const seen =
    inPart && orphans === 0
      ? `Of the trace of ${pathOf(inPart)} a part is missing`
      : `${orphans} spans arrived without their parent`;
  return {
    cause:
      dropped > mostHealthSpans
        ? `${dropped} spans were recorded and ended, and dropped on their way to the exporter, in a span processor for example. That is too late: the parts of their trace, here and in the upstream, have already been told that it is sampled.`
        : `${seen}: each span is decided about for itself.`,
    mend: 'Decide once, in a sampler, where the trace begins, and let every child follow: new ParentBasedSampler({ root: … }).',
  };
}

/** Requests whose caller sampled them, and of which the SERVER span alone arrived. */
function followedInPart(run: AppRun): Exchange[] {
  const inside = new Set(run.spans.filter(({ kind }) => kind !== 'SERVER').map(({ traceId }) => traceId));
  return keptOf(run, requestsWithParent(run, 'sampled')).filter(
    ({ sent }) => !inside.has(String(sent.traceparent).split('-')[1] ?? ''),
  );
}

/** Requests whose SERVER span arrived, and whose call of the upstream was not sampled. */
function callsLeftOut(run: AppRun): Exchange[] {
  const left = run.upstream.filter(
    ({ headers: { traceparent } }) => traceparent && decisionIn(String(traceparent)) === 'unsampled',
  );
  return keptOf(
    run,
    run.exchanges.filter(({ path }) => left.some((call) => path.endsWith(`from=${call.path}`))),
  );
}

/** A processor that drops health checks alone is another matter. */
const mostHealthSpans = 12;

function recordedAndDropped(run: AppRun): number {
  if (run.stopped?.killed !== false) return 0;
  const arrived = new Set(run.spans.map(({ spanId }) => spanId));
  return told(run, 'span-ended').filter(({ spanId }) => !arrived.has(spanId)).length;
}

export const parentIgnored: Diagnosis = {
  id: 'parent-ignored',
  explain: (evidence) => {
    const lost = sampledLost(evidence);
    const kept = unsampledKept(evidence);
    const [one] = [...lost, ...kept];
    if (!one) return undefined;
    const flags = String(one.sent.traceparent).slice(-2);
    const seen = lost.includes(one) ? lost : kept;
    if (seen.every(({ sent }) => sent.traceparent?.endsWith(flags)) && /^0[23]$/.test(flags)) {
      return {
        cause: `A caller sent traceparent …-${flags}, and is not followed, while those that send …-01 or …-00 are: the flags are bits, of which the lowest alone says whether the trace is sampled.`,
        mend: 'Ask for that bit, (traceFlags & TraceFlags.SAMPLED) !== 0; or leave it to a ParentBasedSampler.',
      };
    }
    return {
      cause: lost.includes(one)
        ? `A caller sent traceparent …-${flags}, it has sampled the trace, and the spans of the shop are missing from it${where(evidence, hasAny(lost))}: the sampler decides anew.`
        : `A caller sent traceparent …-${flags}, it has not sampled the trace, and the spans of the shop arrive without the rest of it${where(evidence, hasAny(kept))}: the sampler decides anew.`,
      mend: 'Put the ratio into a ParentBasedSampler, which asks it only for a trace without a parent: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }).',
    };
  },
};

const hasAny = (requests: readonly Exchange[]) => (run: AppRun) =>
  run.exchanges.some((one) => requests.includes(one));

/** In which lives it is so, where not in all of them. */
function where({ runs }: Evidence, isSo: (run: AppRun) => boolean): string {
  const those = runs.filter(isSo);
  return those.length < runs.length ? ` (where ${those.map(({ label }) => label).join(', and where ')})` : '';
}

export const healthChecksKept: Diagnosis = {
  id: 'health-checks-kept',
  explain: (evidence) => {
    const spans = healthSpans(evidence);
    if (spans.length === 0) return undefined;
    if (!spans.some(({ kind }) => kind === 'SERVER')) {
      return {
        cause:
          'The SERVER span of /healthz is gone, and what is inside of it still arrives: it was dropped on the way, or its children are not decided about by their parent.',
        mend: 'Let the sampler answer NOT_RECORD for /healthz: then a ParentBasedSampler answers the same for what is inside.',
      };
    }
    return {
      cause: `The SERVER span of /healthz arrives${where(evidence, (run) => healthSpans({ runs: [run] }).length > 0)}: no rule caught it when the sampler was asked, or the rule did not answer NOT_RECORD. At that moment its name is "GET" and there is no http.route, for the route is not known yet; http.target and http.url are names of the past.`,
      mend: "In shouldSample(): if (attributes['url.path'] === '/healthz') return { decision: SamplingDecision.NOT_RECORD }.",
    };
  },
};
