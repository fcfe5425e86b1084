import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

// TODO 1: Register OpenTelemetry's hook for ES modules before the app loads express.
//   https://github.com/open-telemetry/opentelemetry-js/blob/main/doc/esm-support.md
// END TODO 1

// Merged, because a resource of your own would replace the SDK's default attributes.
const resource = defaultResource().merge(
  resourceFromAttributes({
    'service.name': 'shop',
    'service.version': '1.0.0',
    'deployment.environment.name': process.env.NODE_ENV ?? 'development',
  }),
);

const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});

provider.register();

// TODO 2: Register the instrumentations of http and of Express, without spans for Express middleware.
//   https://opentelemetry.io/docs/languages/js/libraries/
// END TODO 2

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    // shutdown() rejects when no receiver answers; the app should end all the same.
    await provider.shutdown().catch((error) => console.error('Spans were lost:', error.message));
    process.exit(0);
  });
}
