import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const provider = new NodeTracerProvider({
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
