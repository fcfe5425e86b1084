import type { Attributes, Context, SpanKind } from '@opentelemetry/api';
import {
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1);

/** Health checks are never sampled; what they call has an unsampled parent, and so is not sampled either. */
class NoHealthChecks implements Sampler {
  readonly #others = new TraceIdRatioBasedSampler(ratio);

  shouldSample(
    context: Context,
    traceId: string,
    _name: string,
    _kind: SpanKind,
    attributes: Attributes,
  ): SamplingResult {
    // Not the name: when a sampler is asked, the route is not known yet.
    if (attributes['url.path'] === '/healthz') return { decision: SamplingDecision.NOT_RECORD };
    return this.#others.shouldSample(context, traceId);
  }

  toString(): string {
    return `NoHealthChecks(${this.#others})`;
  }
}

export const sampler = new NoHealthChecks();
