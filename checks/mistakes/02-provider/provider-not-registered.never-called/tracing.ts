import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export function setUpTracing(): void {
  const provider = new NodeTracerProvider();
  provider.register();
}
