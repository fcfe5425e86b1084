// Read by the SDK when the provider is made; the ratio is in OTEL_TRACES_SAMPLER_ARG.
process.env.OTEL_TRACES_SAMPLER ??= 'parentbased_traceidratio';
