import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({
  resource: resourceFromAttributes({
    'service.name': 'shop',
    'service.version': '1.0.0',
    'deployment.environment.name': 'development',
  }),
  traceExporter: new OTLPTraceExporter(),
});

sdk.start();

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    sdk
      .shutdown()
      .catch((error) => console.error(error))
      .finally(() => process.exit(0));
  });
}
