import type { TraceLink } from '../relay/backend-ui.ts';
import type { Backend } from '../relay/find-backend.ts';
import type { Relay } from '../relay/relay.ts';
import type { Span } from '../trace/span.ts';

export interface Services {
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Absent where the app calls an upstream of the learner's own. */
  readonly upstreamPort?: number | undefined;
  /** Gets whatever the receiver gets. */
  readonly backend?: Backend | undefined;
  /** A trace that looks complete, and where the backend shows it. */
  readonly onTrace: (spans: readonly Span[], link?: TraceLink) => void;
  readonly onProblem: (message: string) => void;
}

/**
 * What an app needs around it: the receiver and the upstream. Loaded here and not before, because the app takes longest
 * to start and comes first. Throws, with nothing left open, where one of them cannot be started.
 */
export async function startServices(options: ServiceOptions): Promise<Services> {
  const started = await Promise.allSettled([startTracing(options), startOwnUpstream(options.upstreamPort)]);
  const close = async () => {
    for (const service of started) if (service.status === 'fulfilled') await service.value?.close();
  };
  const broken = started.find((service) => service.status === 'rejected');
  if (!broken) return { close };
  await close();
  throw broken.reason;
}

async function startTracing(options: ServiceOptions): Promise<Services> {
  const { grpcPort, httpPort, backend, onTrace, onProblem } = options;
  const [{ startReceiver, oncePerKind }, { TraceStore }, { onTraceSettled }] = await Promise.all([
    import('../receiver/receiver.ts'),
    import('../trace/store.ts'),
    import('../trace/settled.ts'),
  ]);
  const store = new TraceStore();
  const ui = backend?.local ? (await import('../relay/backend-ui.ts')).findBackendUi() : undefined;
  const relay = backend && (await startBackendRelay(backend, onProblem));
  const settled = onTraceSettled(store, ({ traceId, spans }) => onTrace(spans, ui?.link(traceId)));
  const receiver = await startReceiver({
    grpcPort,
    httpPort,
    onSpans: (spans) => store.add(spans),
    onArrival: (arrival) => relay?.passOn(arrival),
    onProblem: oncePerKind(({ message }) => onProblem(message)),
  });
  const close = async () => {
    await receiver.close();
    settled.flush();
    settled[Symbol.dispose]();
    await relay?.close();
  };
  return { close };
}

async function startBackendRelay(backend: Backend, say: (message: string) => void): Promise<Relay> {
  const [{ startRelay }, { renderRelayEvent }] = await Promise.all([
    import('../relay/relay.ts'),
    import('../relay/text.ts'),
  ]);
  return startRelay({ backend, onEvent: (event) => say(renderRelayEvent(event, backend.address)) });
}

async function startOwnUpstream(port: number | undefined): Promise<Services | undefined> {
  if (port === undefined) return undefined;
  const { startUpstream } = await import('../runner/upstream.ts');
  return startUpstream({ port });
}
