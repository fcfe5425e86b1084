import { useMemo } from 'preact/hooks';
import type { Span } from '../../../trace/span.ts';
import { buildTraceTree, type SpanNode } from '../../../trace/tree.ts';
import type { TraceDetail } from '../../protocol.ts';
import { useFetched } from '../live/use-fetched.ts';
import type { Live } from '../live/use-live.ts';
import { spansOf } from './wire.ts';

export interface LoadedTrace {
  readonly detail: TraceDetail;
  readonly spans: readonly Span[];
  readonly roots: readonly SpanNode[];
}

export interface TraceState {
  readonly state: 'loading' | 'there' | 'gone' | 'failed';
  /** The last that we had of it, also when the workshop no longer has it. */
  readonly trace: LoadedTrace | undefined;
}

/** A trace with its tree, renewed when more of it arrives and after a reconnection. */
export function useTrace(traceId: string, live: Live): TraceState {
  const summary = live.traces?.traces.find((trace) => trace.traceId === traceId);
  const version = `${live.epoch} ${JSON.stringify(summary)}`;
  const { state, body } = useFetched<TraceDetail>(`/api/traces/${traceId}`, version);
  const trace = useMemo(() => {
    if (!body) return undefined;
    const spans = spansOf(body);
    return { detail: body, spans, roots: buildTraceTree(spans) };
  }, [body]);
  return { state, trace };
}
