// The SDK reads OTEL_TRACES_SAMPLER_ARG by itself.
export {};
