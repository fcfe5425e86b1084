import type { Attributes, Context, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1);

class ChanceSampler implements Sampler {
  shouldSample(
    _context: Context,
    _traceId: string,
    _name: string,
    _kind: SpanKind,
    attributes: Attributes,
  ): SamplingResult {
    if (attributes['url.path'] === '/healthz') return { decision: SamplingDecision.NOT_RECORD };
    return {
      decision: Math.random() < ratio ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    };
  }

  toString(): string {
    return 'ChanceSampler';
  }
}

export const sampler = new ChanceSampler();
