import { ancestors } from '../trace/ancestors.ts';
import type { Span } from '../trace/span.ts';
import type { AppRun } from './evidence.ts';
import type { Exchange } from './exchange.ts';
import { jsonOf } from './expectations.ts';

/** What the shop was asked in a run, by what it must do to answer. */

/** A body that express.json() refuses, since it is no object. The app prints its error then, with this text in it. */
export const refusedBody = 'no object';

export const routes = ['/', '/items', '/fetch-external', '/healthz'];

export function statusOf({ outcome }: Exchange): number | undefined {
  return outcome.kind === 'answered' ? outcome.status : undefined;
}

export function nameOf({ method, path }: Exchange): string {
  return `${method} ${path}`;
}

export function lists(run: AppRun): Exchange[] {
  return run.exchanges.filter((one) => nameOf(one) === 'GET /items');
}

/** Absent where it did not arrive. */
export function serverSpanOf({ spans }: Pick<AppRun, 'spans'>, { id }: Exchange): Span | undefined {
  return spans.find(({ kind, attributes }) => kind === 'SERVER' && attributes['user_agent.original'] === id);
}

/** All of its trace or, where the caller made several requests in it, what is below its SERVER span. Empty without that. */
export function spansOf(run: Pick<AppRun, 'spans' | 'exchanges'>, request: Exchange): Span[] {
  const server = serverSpanOf(run, request);
  if (!server) return [];
  const trace = run.spans.filter(({ traceId }) => traceId === server.traceId);
  const requests = run.exchanges.filter(({ sent }) => sent.traceparent?.split('-')[1] === server.traceId);
  if (requests.length < 2) return trace;
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  return trace.filter((span) => span === server || ancestors(span, byId).includes(server));
}

/** Whether a call of the upstream came that belongs to this request, by its trace. */
export function reachesUpstream(run: Pick<AppRun, 'spans' | 'upstream'>, request: Exchange): boolean {
  const traceId = serverSpanOf(run, request)?.traceId;
  return (
    traceId !== undefined && run.upstream.some(({ headers }) => String(headers.traceparent).includes(traceId))
  );
}

/** Whether the answer has the body that the upstream sent for it; blanks around it are nobody's concern. */
export function hasUpstreamBody({ upstream }: AppRun, request: Exchange): boolean {
  const { body } = Object(jsonOf(request));
  const sent = upstream.findLast(
    ({ path, answeredBody }) => answeredBody !== undefined && request.path.endsWith(`from=${path}`),
  );
  return typeof body === 'string' && body.trim() === sent?.answeredBody?.trim();
}

/** Every item that was added, those without stock included. */
export function additions(run: AppRun): Exchange[] {
  return run.exchanges.filter((one) => statusOf(one) === 201);
}

/** All of these take the same queries; an item without stock may take one less. */
export function stockedAdditions(run: AppRun): Exchange[] {
  return additions(run).filter((one) => (jsonOf(one) as { stock?: unknown } | undefined)?.stock !== 0);
}

/** Those that ask the database in any case; a list that is kept in memory need not ask again. */
export function askers(run: AppRun): Exchange[] {
  const list = lists(run).find((one) => statusOf(one) === 200);
  return [...(list ? [list] : []), ...stockedAdditions(run)];
}

/** The POST of an item that is there already, the last but one of the scenario. */
export function duplicate(run: AppRun): Exchange | undefined {
  return run.exchanges.filter(({ method }) => method === 'POST').at(-2);
}
