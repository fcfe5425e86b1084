// Which sampler the SDK makes, from OTEL_TRACES_SAMPLER_ARG.
process.env.OTEL_TRACES_SAMPLER = 'traceidratio';
