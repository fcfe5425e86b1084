import { type Attributes, type Context, type SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1);

/** The last seven bytes of a trace id are random: below the ratio, the trace is sampled, in every service alike. */
const chosen = (traceId: string) => Number.parseInt(traceId.slice(-14), 16) < ratio * 2 ** 56;

class OwnSampler implements Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    _name: string,
    _kind: SpanKind,
    attributes: Attributes,
  ): SamplingResult {
    const parent = trace.getSpanContext(context);
    const sampled = parent ? (parent.traceFlags & TraceFlags.SAMPLED) !== 0 : chosen(traceId);
    const wanted = sampled && attributes['url.path'] !== '/healthz';
    return { decision: wanted ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return `OwnSampler{${ratio}}`;
  }
}

export const sampler = new OwnSampler();
