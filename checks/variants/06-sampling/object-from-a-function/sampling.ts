import {
  AlwaysOffSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

const quiet = new Set(['/healthz']);
const never = new AlwaysOffSampler();

function without(paths: ReadonlySet<unknown>, others: Sampler): Sampler {
  return {
    shouldSample: (context, traceId, name, kind, attributes, links) =>
      paths.has(attributes['url.path'])
        ? never.shouldSample()
        : others.shouldSample(context, traceId, name, kind, attributes, links),
    toString: () => `Without(${[...paths]}, ${others})`,
  };
}

const setting = process.env.OTEL_TRACES_SAMPLER_ARG;
const ratio = setting === undefined ? 1 : Number(setting);

export const sampler = without(quiet, new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }));
