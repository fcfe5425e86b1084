import { type Attributes, type Context, type SpanKind, trace } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
} from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1);

/** Asked for roots alone: not the same for one trace in every service, but each trace is decided about once. */
const byChance: Sampler = {
  shouldSample: () => ({
    decision: Math.random() < ratio ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
  }),
  toString: () => `Chance{${ratio}}`,
};

class ShopSampler extends ParentBasedSampler {
  override shouldSample(...asked: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [context, , , , attributes] = asked as [Context, string, string, SpanKind, Attributes, []];
    const isRoot = trace.getSpanContext(context) === undefined;
    if (isRoot && attributes['url.path'] === '/healthz') return { decision: SamplingDecision.NOT_RECORD };
    return super.shouldSample(...asked);
  }
}

export const sampler = new ShopSampler({ root: byChance });
