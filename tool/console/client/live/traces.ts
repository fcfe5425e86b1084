import { LISTED_TRACES, type TraceSummary, type TracesChange, type TracesSnapshot } from '../../protocol.ts';

/** The list after a change: bounded and newest first, whatever came in whatever order. */
export function applyChange(state: TracesSnapshot, change: TracesChange): TracesSnapshot {
  const { changed, gone, ...counts } = change;
  const byId = new Map(state.traces.map((trace) => [trace.traceId, trace]));
  for (const trace of changed) byId.set(trace.traceId, trace);
  for (const traceId of gone) byId.delete(traceId);
  return { ...state, ...counts, traces: newestFirst([...byId.values()]).slice(0, LISTED_TRACES) };
}

function newestFirst(traces: readonly TraceSummary[]): TraceSummary[] {
  return traces.toSorted((a, b) => Number(BigInt(b.startTimeUnixNano) - BigInt(a.startTimeUnixNano)));
}
