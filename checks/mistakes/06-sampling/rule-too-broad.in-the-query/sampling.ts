import { ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1);

export const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
