import { ParentBasedSampler, type Sampler, SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1);
const { shouldSample } = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });

export const sampler: Sampler = {
  shouldSample(context, traceId, name, kind, attributes, links) {
    if (attributes['url.path'] === '/healthz') return { decision: SamplingDecision.NOT_RECORD };
    return shouldSample(context, traceId, name, kind, attributes, links);
  },
};
