import type { Span } from './span.ts';

/** What has arrived of one trace, in order of arrival, each span once. */
export interface Trace {
  readonly traceId: string;
  readonly spans: readonly Span[];
}

/** OTLP's flag bit for "the parent is in another process". https://opentelemetry.io/docs/specs/otel/trace/api/#isremote */
const PARENT_IS_REMOTE = 0x200;

/** Whether a span is where its process entered the trace: it has no parent, or one in another process. */
export function isLocalRoot(span: Span): boolean {
  return span.parentSpanId === undefined || ((span.flags ?? 0) & PARENT_IS_REMOTE) !== 0;
}
