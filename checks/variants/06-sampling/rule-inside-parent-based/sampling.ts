import type { Attributes, Context, SpanKind } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

class RootSampler implements Sampler {
  readonly #ratio: TraceIdRatioBasedSampler;

  constructor(ratio: number) {
    this.#ratio = new TraceIdRatioBasedSampler(ratio);
  }

  shouldSample(
    context: Context,
    traceId: string,
    _name: string,
    _kind: SpanKind,
    attributes: Attributes,
  ): SamplingResult {
    if (attributes['url.path'] === '/healthz') return { decision: SamplingDecision.NOT_RECORD };
    return this.#ratio.shouldSample(context, traceId);
  }

  toString(): string {
    return `RootSampler(${this.#ratio})`;
  }
}

const { OTEL_TRACES_SAMPLER_ARG: ratio = '1' } = process.env;

export const sampler = new ParentBasedSampler({ root: new RootSampler(Number.parseFloat(ratio)) });
