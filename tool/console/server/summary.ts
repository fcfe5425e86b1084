import { isError, type Span, serviceName } from '../../trace/span.ts';
import { isLocalRoot, type Trace, traceDurationMs } from '../../trace/trace.ts';
import type { TraceSummary } from '../protocol.ts';

/** More of a name than any line shows, and a bound for what 500 summaries take together. */
const LONGEST_NAME = 200;

/** A trace of at least one span as a line of the list. */
export function summarize({ traceId, spans }: Trace): TraceSummary {
  const top = topSpan(spans);
  return {
    traceId,
    name: cut(top.name),
    service: cut(serviceName(top)),
    services: new Set(spans.map(serviceName)).size,
    startTimeUnixNano: String(earliest(spans).startTimeUnixNano),
    durationMs: traceDurationMs({ traceId, spans }) ?? null,
    spanCount: spans.length,
    errorCount: spans.filter(isError).length,
  };
}

/** The root span; where it has not come the span that entered a process, else the earliest one. */
function topSpan(spans: readonly Span[]): Span {
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
  const localRoots = roots.length > 0 ? roots : spans.filter(isLocalRoot);
  return earliest(localRoots.length > 0 ? localRoots : spans);
}

function earliest(spans: readonly Span[]): Span {
  return spans.reduce((first, span) => (span.startTimeUnixNano < first.startTimeUnixNano ? span : first));
}

/** Between two characters: half of one would be none. */
function cut(text: string): string {
  return text.length <= LONGEST_NAME ? text : `${text.slice(0, LONGEST_NAME).toWellFormed()}…`;
}
