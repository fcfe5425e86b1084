import { type Attributes, type Context, type Link, type SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import {
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1);

/** Health checks are never sampled; what they call has an unsampled parent, and so is not sampled either. */
class NoHealthChecks implements Sampler {
  readonly #root = new TraceIdRatioBasedSampler(ratio);

  shouldSample(
    context: Context,
    traceId: string,
    _name: string,
    _kind: SpanKind,
    attributes: Attributes,
    _links: Link[],
  ): SamplingResult {
    // Not the name: when a sampler is asked, the route is not known yet.
    if (attributes['url.path'] === '/healthz') return { decision: SamplingDecision.NOT_RECORD };
    const parent = trace.getSpanContext(context);
    if (!parent) return this.#root.shouldSample(context, traceId);
    const sampled = parent.traceFlags === TraceFlags.SAMPLED;
    return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return `NoHealthChecks(${this.#root})`;
  }
}

export const sampler = new NoHealthChecks();
