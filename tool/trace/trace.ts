import type { Span } from './span.ts';

/** What has arrived of one trace, in order of arrival, each span once. */
export interface Trace {
  readonly traceId: string;
  readonly spans: readonly Span[];
}

/** OTLP's flag bit for "the parent is in another process". https://opentelemetry.io/docs/specs/otel/trace/api/#isremote */
export const PARENT_IS_REMOTE = 0x200;

/** Whether a span is where its process entered the trace: it has no parent, or one in another process. */
export function isLocalRoot(span: Span): boolean {
  return span.parentSpanId === undefined || ((span.flags ?? 0) & PARENT_IS_REMOTE) !== 0;
}

/** Milliseconds from the first start to the last end; undefined while a span is in flight, or where there is none. */
export function traceDurationMs({ spans }: Trace): number | undefined {
  let start: bigint | undefined;
  let end = 0n;
  for (const span of spans) {
    if (span.endTimeUnixNano === undefined) return undefined;
    if (start === undefined || span.startTimeUnixNano < start) start = span.startTimeUnixNano;
    if (span.endTimeUnixNano > end) end = span.endTimeUnixNano;
  }
  // A clock that ran backwards puts the end before the start.
  return start === undefined ? undefined : Math.max(0, Number(end - start) / 1e6);
}
