import type { Span } from '../trace/span.ts';
import type { TraceStore } from '../trace/store.ts';

export interface Services {
  /** What the receiver got. */
  readonly store: TraceStore;
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Absent where the app calls an upstream of the learner's own. */
  readonly upstreamPort?: number | undefined;
  /** A trace that looks complete. */
  readonly onTrace: (spans: readonly Span[]) => void;
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
    return { store: tracing.value.store, close };
  }
  await close();
  throw [tracing, upstream].find((service) => service.status === 'rejected')?.reason;
}

async function startTracing({ grpcPort, httpPort, onTrace, onProblem }: ServiceOptions): Promise<Services> {
  const [{ startReceiver, oncePerKind }, { TraceStore }, { onTraceSettled }] = await Promise.all([
    import('../receiver/receiver.ts'),
    import('../trace/store.ts'),
    import('../trace/settled.ts'),
  ]);
  const store = new TraceStore();
  const settled = onTraceSettled(store, ({ spans }) => onTrace(spans));
  const receiver = await startReceiver({
    grpcPort,
    httpPort,
    onSpans: (spans) => store.add(spans),
    onProblem: oncePerKind(({ message }) => onProblem(message)),
  });
  const close = async () => {
    await receiver.close();
    settled.flush();
    settled[Symbol.dispose]();
  };
  return { store, close };
}

async function startOwnUpstream(port: number | undefined): Promise<{ close(): Promise<void> } | undefined> {
  if (port === undefined) return undefined;
  const { startUpstream } = await import('../runner/upstream.ts');
  return startUpstream({ port });
}
