import { readFileSync } from 'node:fs';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export const provider = setUpTracing();

function setUpTracing(): NodeTracerProvider | undefined {
  try {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const provider = new NodeTracerProvider({
      resource: resourceFromAttributes({
        'service.name': 'shop',
        'service.version': version,
      }),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
    });
    provider.register();
    return provider;
  } catch (error) {
    console.error('No tracing:', error);
    return undefined;
  }
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    // shutdown() rejects when no receiver answers; the app should end all the same.
    await provider?.shutdown().catch((error) => console.error('Spans were lost:', error.message));
    process.exit(0);
  });
}
