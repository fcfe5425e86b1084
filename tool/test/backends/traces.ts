import type { Span } from '../../trace/span.ts';

export type Trace = readonly Span[];

/** The traces that some spans belong to, by their id. */
export function byTrace(spans: readonly Span[]): ReadonlyMap<string, Trace> {
  const traces = new Map<string, Span[]>();
  for (const span of spans) traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
  return traces;
}

/** What a backend must give back: the spans in the order of their ids, without what concerns only their transport. */
export function comparable(trace: Trace): Omit<Span, 'flags'>[] {
  return trace.map(({ flags: _, ...span }) => span).toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

export const hasError = (trace: Trace): boolean => trace.some(({ status }) => status.code === 'ERROR');

/** From the earliest start to the latest end. */
export function lastingMs(trace: Trace): number {
  const starts = trace.map(({ startTimeUnixNano }) => startTimeUnixNano);
  const ends = trace.map(({ startTimeUnixNano, endTimeUnixNano = startTimeUnixNano }) => endTimeUnixNano);
  const earliest = starts.reduce((a, b) => (a < b ? a : b));
  const latest = ends.reduce((a, b) => (a > b ? a : b));
  return Number(latest - earliest) / 1e6;
}
