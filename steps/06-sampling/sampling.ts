import { AlwaysOnSampler, type Sampler } from '@opentelemetry/sdk-trace-base';

// TODO 1: Follow the parent's decision; sample the ratio OTEL_TRACES_SAMPLER_ARG of traces without a parent.
//   https://opentelemetry.io/docs/languages/sdk-configuration/general/#otel_traces_sampler_arg
export const sampler: Sampler = new AlwaysOnSampler();
// END TODO 1

// TODO 2: Never sample a health check, nor what happens inside of it.
//   https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampler
// END TODO 2
