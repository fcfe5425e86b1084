import type { TraceLink } from '../relay/backend-ui.ts';
import type { Backend } from '../relay/find-backend.ts';
import type { Relay } from '../relay/relay.ts';
import type { Span } from '../trace/span.ts';
import type { TraceStore } from '../trace/store.ts';

export interface Services {
  /** What the receiver got. */
  readonly store: TraceStore;
  /** Where a backend shows a trace; undefined where none does. */
  link(traceId: string): TraceLink | undefined;
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
  const [tracing, upstream] = await Promise.allSettled([
    startTracing(options),
    startOwnUpstream(options.upstreamPort),
  ]);
  const close = async () => {
    for (const service of [tracing, upstream])
      if (service.status === 'fulfilled') await service.value?.close();
  };
  if (tracing.status === 'fulfilled' && upstream.status === 'fulfilled') {
    return { ...tracing.value, close };
  }
  await close();
  throw [tracing, upstream].find((service) => service.status === 'rejected')?.reason;
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
  const link = (traceId: string) => ui?.link(traceId);
  const settled = onTraceSettled(store, ({ traceId, spans }) => onTrace(spans, link(traceId)));
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
  return { store, link, close };
}

async function startBackendRelay(backend: Backend, say: (message: string) => void): Promise<Relay> {
  const [{ startRelay }, { renderRelayEvent }] = await Promise.all([
    import('../relay/relay.ts'),
    import('../relay/text.ts'),
  ]);
  return startRelay({ backend, onEvent: (event) => say(renderRelayEvent(event, backend.address)) });
}

async function startOwnUpstream(port: number | undefined): Promise<{ close(): Promise<void> } | undefined> {
  if (port === undefined) return undefined;
  const { startUpstream } = await import('../runner/upstream.ts');
  return startUpstream({ port });
}
