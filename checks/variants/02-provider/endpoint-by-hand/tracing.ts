import { credentials } from '@grpc/grpc-js';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { ATTR_DEPLOYMENT_ENVIRONMENT_NAME } from '@opentelemetry/semantic-conventions/incubating';

// Merged, because a resource of your own would replace the SDK's default attributes.
const resource = defaultResource().merge(
  resourceFromAttributes({
    [ATTR_SERVICE_NAME]: 'shop',
    [ATTR_SERVICE_VERSION]: '1.0.0',
    [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: 'workshop',
  }),
);

const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [
    new BatchSpanProcessor(
      new OTLPTraceExporter({
        url: process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4317',
        timeoutMillis: 2000,
        credentials: credentials.createInsecure(),
      }),
    ),
  ],
});

provider.register();

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    // shutdown() rejects when no receiver answers; the app should end all the same.
    await provider.shutdown().catch((error) => console.error('Spans were lost:', error.message));
    process.exit(0);
  });
}
