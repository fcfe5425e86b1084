import { DiagConsoleLogger, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.INFO);

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
  spanProcessors: [
    new SimpleSpanProcessor(new ConsoleSpanExporter()),
    new BatchSpanProcessor(new OTLPTraceExporter()),
  ],
});

provider.register();

trace.getTracer('start').startSpan('load tracing').end();

const stop = () => {
  provider.shutdown().finally(() => process.exit());
};
process.once('SIGTERM', stop).once('SIGINT', stop);
