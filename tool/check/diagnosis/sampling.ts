import { type AppRun, type Evidence, told } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { rootRequests } from '../sampled-run.ts';
import { nameOf, serverSpanOf } from '../shop-exchanges.ts';
import type { Diagnosis } from './diagnosis.ts';
import { registeredTwice } from './registration.ts';
import {
  healthSpans,
  isUnset,
  keptRoots,
  sampledLost,
  samplerGiven,
  setting,
  shares,
  sixArguments,
  unsampledKept,
  where,
  withRatio,
} from './shares.ts';

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
      mend: 'It takes an object: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }). A sampler around it hands on the context that shouldSample() was given, not context.active().',
    };
  },
};

const ratioRead = `new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(Number(process.env.${setting} ?? 1)) })`;

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
    if (registeredTwice(evidence.runs)) {
      return {
        cause: `Every trace is exported whatever ${setting} says: register() was called more than once, so that the first tracer provider stays, and it was given no sampler.`,
        mend: `Make one provider, and give the sampler to that: ${samplerGiven}.`,
      };
    }
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
      cause: `With ${setting}=1 ${recorded} spans were recorded and none is sampled, and only sampled ones are exported: the decision was RECORD, or a name that does not exist, such as RECORD_AND_SAMPLE; or what shouldSample() returned has no decision in it: a Promise, as an async shouldSample() gives, a sampler, or the decision without { decision: … } around it.`,
      mend: `Return { decision: SamplingDecision.RECORD_AND_SAMPLED }, or what the ParentBasedSampler answers: this.#others.shouldSample(${sixArguments}).`,
    };
  },
};

export const errorsKept: Diagnosis = {
  id: 'errors-kept',
  explain: (evidence) => {
    const [run] = withRatio(evidence, '0');
    const kept = run ? keptRoots([run]) : [];
    const [one] = kept;
    if (!run || !one) return undefined;
    const failed = kept.every((request) => serverSpanOf(run, request)?.status.code === 'ERROR');
    const arrived = new Set(run.spans.map(({ spanId }) => spanId));
    const chosen = told(run, 'span-ended').some(({ spanId }) => !arrived.has(spanId));
    if (!failed && !chosen) return undefined;
    const seen = failed
      ? 'which failed, and nothing that did not: something keeps errors'
      : 'and other spans were recorded and are not: something behind the sampler chooses, the slow ones perhaps';
    return {
      cause: `With ${setting}=0 ${nameOf(one)} is exported, ${seen}, a span processor for example. It comes too late: the other parts of that trace, here and in the upstream, have been told long before that it is not sampled.`,
      mend: 'Leave it to the sampler, which decides at the beginning. To keep all errors and all slow requests, sample everything, and let a Collector decide when a trace is complete.',
    };
  },
};

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
    if (lost.includes(one) && isLostWithRatioOne(evidence)) {
      return {
        cause: `A caller sent traceparent …-${flags}, it has sampled the trace, and the spans of the shop are missing from it, also where the ratio is 1 and traces without a parent are kept: a sampled parent in another process is answered with no. trace.getSpan(context)?.isRecording() is false for it: only its span context is here.`,
        mend: 'Let a ParentBasedSampler decide, without options for remote parents; or ask for the flag of the parent, that of trace.getSpanContext(context): (traceFlags & TraceFlags.SAMPLED) !== 0.',
      };
    }
    return {
      cause: lost.includes(one)
        ? `A caller sent traceparent …-${flags}, it has sampled the trace, and the spans of the shop are missing from it${where(evidence, hasAny(lost))}: the sampler decides anew.`
        : `A caller sent traceparent …-${flags}, it has not sampled the trace, and the spans of the shop arrive without the rest of it${where(evidence, hasAny(kept))}: the sampler decides anew.`,
      mend: 'Let a ParentBasedSampler decide with every ratio, with 0 and 1 too, and without options for remote parents. It asks its root only for a trace without a parent: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }).',
    };
  },
};

/** The sampler that decides anew keeps them. */
function isLostWithRatioOne(evidence: Evidence): boolean {
  const runs = [...withRatio(evidence, '1'), ...evidence.runs.filter(isUnset)];
  return sampledLost({ runs }).length > 0 && keptRoots(runs).length === runs.flatMap(rootRequests).length;
}

const hasAny = (requests: readonly Exchange[]) => (run: AppRun) =>
  run.exchanges.some((one) => requests.includes(one));
