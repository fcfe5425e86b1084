import { ParentBasedSampler, type Sampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACE_SAMPLER_ARG ?? 1);

export const sampler: Sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
