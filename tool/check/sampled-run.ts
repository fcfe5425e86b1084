import type { Span } from '../trace/span.ts';
import type { AppRun } from './evidence.ts';
import type { Exchange } from './exchange.ts';

type Requests = Pick<AppRun, 'exchanges'>;
type Spans = Pick<AppRun, 'spans'>;

/** What a caller has decided, by the flags of its traceparent header. */
export type ParentDecision = 'sampled' | 'unsampled';

/** Requests whose sampling the app decides by itself; health checks are not among them. */
export function rootRequests({ exchanges }: Requests): Exchange[] {
  return exchanges.filter(({ path, sent }) => sent.traceparent === undefined && path !== '/healthz');
}

/** Requests whose caller has decided. */
export function requestsWithParent({ exchanges }: Requests, decision: ParentDecision): Exchange[] {
  return exchanges.filter(({ sent }) => sent.traceparent && decisionIn(sent.traceparent) === decision);
}

/** By the lowest bit of the flags; the others say other things. https://www.w3.org/TR/trace-context-2/#trace-flags */
export function decisionIn(traceparent: string): ParentDecision {
  return (Number.parseInt(traceparent.slice(-2), 16) & 1) === 1 ? 'sampled' : 'unsampled';
}

/** Those of the requests whose SERVER span arrived. */
export function keptOf<R extends Exchange>(run: Spans, requests: readonly R[]): R[] {
  const servers = serversByRequest(run);
  return requests.filter(({ id }) => servers.has(id));
}

/** The trace ids of the requests whose SERVER span arrived. */
export function traceIdsOf(run: Spans, requests: readonly Exchange[]): string[] {
  const servers = serversByRequest(run);
  return requests.flatMap(({ id }) => servers.get(id)?.traceId ?? []);
}

function serversByRequest({ spans }: Spans): Map<unknown, Span> {
  const servers = spans.filter(({ kind }) => kind === 'SERVER');
  return new Map(servers.map((span) => [span.attributes['user_agent.original'], span]));
}
