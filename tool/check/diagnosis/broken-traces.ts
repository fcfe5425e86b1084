import { type AppRun, type Evidence, told } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { decisionIn, keptOf, requestsWithParent } from '../sampled-run.ts';
import { brokenOff, droppedFromTraces, leftOutOfTraces } from '../whole-traces.ts';
import type { Diagnosis, Explanation } from './diagnosis.ts';
import { isUnset, pathOf, sampledLost, turnsDecisions, unsampledKept, withRatio } from './shares.ts';

export const brokenTraces: Diagnosis = {
  id: 'broken-traces',
  explain: (evidence) => {
    if (asksParent(evidence))
      return lostInside(evidence) ?? leftOut(evidence) ?? decidedForItself(evidence) ?? dropped(evidence);
    return turnsDecisions(evidence) ? turned : decidedForItself(evidence);
  },
};

const turned = {
  cause:
    'What its caller sampled is not exported, and what its caller did not sample is: the decision of the parent is read the wrong way round.',
  mend: 'A parent is sampled where (traceFlags & TraceFlags.SAMPLED) !== 0, and then the answer is RECORD_AND_SAMPLED; or leave that to a ParentBasedSampler.',
};

/** Where chance decides, some SERVER spans look as if they followed their caller. */
const asksParent = (evidence: Evidence) =>
  sampledLost(evidence).length === 0 && unsampledKept(evidence).length === 0;

/** Where a ratio leaves nothing out, a rule does. */
function leftOut(evidence: Evidence): Explanation | undefined {
  const [span] = [...withRatio(evidence, '1'), ...evidence.runs.filter(isUnset)].flatMap(leftOutOfTraces);
  if (!span || evidence.runs.flatMap(brokenOff).length > 0) return undefined;
  return {
    cause: `The span "${span.name}" was left out of a trace that is exported, and what is inside of it with it.`,
    mend: "Let the rule look at one attribute: if (attributes['url.path'] === '/healthz') …, and let every child follow.",
  };
}

function dropped({ runs }: Evidence): Explanation | undefined {
  const [span] = runs.flatMap(droppedFromTraces);
  if (!span) return undefined;
  return {
    cause: `The span "${span.name}" was recorded, and dropped on its way to the exporter, while the rest of its trace is exported: a span processor leaves it out, or its decision was RECORD.`,
    mend: 'Let the span processors hand on every span that ends, and let the sampler decide about whole traces.',
  };
}

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
  if (dropped === 0 && orphans > 0 && runs.every(keepsWhatIsInside)) {
    return {
      cause: `${orphans} spans arrived without their parent: where the SERVER span is not sampled, what is inside of the request is.`,
      mend: 'Let every child follow its parent: leave localParentNotSampled of the ParentBasedSampler as it is, and let no rule keep a span by its kind or its name.',
    };
  }
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

/** Whether every SERVER span that arrived has something inside, and what broke off belongs to none that arrived. */
function keepsWhatIsInside(run: AppRun): boolean {
  const inside = new Set(run.spans.filter(({ kind }) => kind !== 'SERVER').map(({ traceId }) => traceId));
  const servers = run.spans.filter(({ kind }) => kind === 'SERVER');
  const traces = new Set(servers.map(({ traceId }) => traceId));
  return (
    brokenOff(run).every(({ traceId }) => !traces.has(traceId)) &&
    servers.every(
      ({ traceId, attributes }) => inside.has(traceId) || attributes['url.path'] === '/no-such-page',
    )
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
