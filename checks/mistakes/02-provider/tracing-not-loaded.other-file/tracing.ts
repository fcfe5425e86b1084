// TODO 1: Register a tracer provider: the resource attributes below, spans exported in batches over OTLP/gRPC.
//   https://opentelemetry.io/docs/languages/js/resources/
//   service.name, service.version, deployment.environment.name
// END TODO 1

// TODO 2: On SIGTERM and on SIGINT export the spans that are left, then exit.
//   https://opentelemetry.io/docs/specs/otel/trace/sdk/#shutdown
// END TODO 2
