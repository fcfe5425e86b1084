import { register } from 'node:module';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { SimpleSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { sampler } from './sampling.ts';
import { UserSpanProcessor } from './user.ts';

// Express is loaded by the ESM loader: without this hook, no instrumentation sees it pass.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

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
  sampler,
  spanProcessors: [new UserSpanProcessor(), new SimpleSpanProcessor(new OTLPTraceExporter())],
});

provider.register();

registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation(),
    // A span for every middleware would say little and hide the rest.
    new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE] }),
  ],
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    // shutdown() rejects when no receiver answers; the app should end all the same.
    await provider.shutdown().catch((error) => console.error('Spans were lost:', error.message));
    process.exit(0);
  });
}
