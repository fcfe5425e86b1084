import { ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-node';

export function makeSampler(ratio: number) {
  return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
}
