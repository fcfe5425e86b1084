import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1);

/** Health checks are never sampled; what they call has an unsampled parent, and so is not sampled either. */
class NoHealthChecks implements Sampler {
  readonly #others = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    // Not the name: when a sampler is asked, the route is not known yet.
    if (attributes['url.path'] === '/healthz') return { decision: SamplingDecision.NOT_RECORD };
    if (name === 'seed shelf') return { decision: SamplingDecision.RECORD };
    return this.#others.shouldSample(context, traceId, name, kind, attributes, links);
  }

  toString(): string {
    return `NoHealthChecks(${this.#others})`;
  }
}

export const sampler = new NoHealthChecks();
