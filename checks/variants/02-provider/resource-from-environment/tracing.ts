import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { detectResources, envDetector, processDetector } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

process.env.OTEL_SERVICE_NAME ??= 'shop';
process.env.OTEL_RESOURCE_ATTRIBUTES ??= 'service.version=1.0.0,deployment.environment.name=development';

const resource = detectResources({ detectors: [envDetector, processDetector] });

const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});

provider.register();

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    // shutdown() rejects when no receiver answers; the app should end all the same.
    await provider.shutdown().catch((error) => console.error('Spans were lost:', error.message));
    process.exit(0);
  });
}
