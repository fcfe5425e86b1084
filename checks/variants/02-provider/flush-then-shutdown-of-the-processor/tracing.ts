import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

// Merged, because a resource of your own would replace the SDK's default attributes.
const resource = defaultResource().merge(
  resourceFromAttributes({
    'service.name': 'shop',
    'service.version': '1.0.0',
    'deployment.environment.name': process.env.NODE_ENV ?? 'development',
  }),
);

const processor = new BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: 1000 });

const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [processor],
});

provider.register();

async function stop(signal: NodeJS.Signals): Promise<void> {
  try {
    await processor.forceFlush();
    // What its timer has already handed to the exporter, a flush does not wait for.
    await processor.shutdown();
  } catch (error) {
    console.warn(`${signal}: the last spans found no receiver.`, error);
  } finally {
    process.exit(signal === 'SIGINT' ? 130 : 143);
  }
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
