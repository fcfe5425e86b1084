import type { Span } from '../trace/span.ts';
import { type AppRun, told } from './evidence.ts';
import { SeenTrace, TraceMismatch } from './seen-trace.ts';

type Spans = Pick<AppRun, 'spans'>;

/** Spans whose parent did not arrive, though it was a span of the app itself; what is inside a health check is left out. */
export function brokenOff({ spans }: Spans): Span[] {
  const arrived = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter(
    ({ kind, parentSpanId, attributes }) =>
      kind !== 'SERVER' &&
      parentSpanId !== undefined &&
      !arrived.has(parentSpanId) &&
      attributes['http.route'] !== '/healthz',
  );
}

/** Throws `TraceMismatch` with the first trace that has lost a part. */
export function expectUnbroken(run: Spans): void {
  const [span] = brokenOff(run);
  if (!span) return;
  const trace = run.spans.filter(({ traceId }) => traceId === span.traceId);
  throw new TraceMismatch(
    'Expected every span to arrive together with its parent.',
    new SeenTrace('one request', trace),
    { marked: [[span, 'its parent never arrived']] },
  );
}

/** By which Express layers that have nothing inside of them: whoever leaves these out breaks no trace. */
const noise = ['middleware', 'router'];

/** Spans that a sampler left out, though those around them are sampled; what is inside a health check is another matter. */
export function leftOutOfTraces(run: AppRun): { readonly name: string }[] {
  return told(run, 'span-unsampled').filter(
    ({ leftOut, route, layer = '' }) => leftOut && route !== '/healthz' && !noise.includes(layer),
  );
}

/** Spans that ended and did not arrive, though the SERVER span of their trace did. */
export function droppedFromTraces(run: AppRun): { readonly name: string }[] {
  if (run.stopped?.killed !== false) return [];
  const arrived = new Set(run.spans.map(({ spanId }) => spanId));
  const whole = new Set(run.spans.filter(({ kind }) => kind === 'SERVER').map(({ traceId }) => traceId));
  return told(run, 'span-ended').filter(
    ({ traceId, spanId, layer = '' }) => whole.has(traceId) && !arrived.has(spanId) && !noise.includes(layer),
  );
}

/** Throws where a trace that arrived has lost one of these. */
export function expectWholeInside(run: AppRun): void {
  const [span] = [...leftOutOfTraces(run), ...droppedFromTraces(run)];
  if (span) throw new Error(`Expected "${span.name}" to arrive with the rest of its trace.`);
}

/** Spans that had arrived before, with the same id. */
export function sentAgain({ spans }: Spans): Span[] {
  const arrived = new Set<string>();
  return spans.filter(({ spanId }) => {
    const again = arrived.has(spanId);
    arrived.add(spanId);
    return again;
  });
}

/** Throws `TraceMismatch` with the first span that came more than once. */
export function expectSentOnce(run: Spans): void {
  const [span] = sentAgain(run);
  if (!span) return;
  const trace = run.spans.filter(({ traceId }) => traceId === span.traceId);
  throw new TraceMismatch('Expected every span to arrive once.', new SeenTrace('one request', trace), {
    marked: [[span, 'it has come before']],
  });
}
