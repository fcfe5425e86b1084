import { durationMs } from '../trace/span.ts';
import type { AppRun } from './evidence.ts';
import type { Exchange } from './exchange.ts';
import { serverSpanOf } from './shop-exchanges.ts';

/**
 * How long a request took by the shop's own clock, which its spans have: on a busy machine the caller learns of the
 * answer later. Times in milliseconds; the caller's, where no SERVER span of the request arrived.
 */

type Spans = Pick<AppRun, 'spans'>;

/** Until the caller was answered. */
export function servedMs(run: Spans, request: Exchange): number {
  const server = serverSpanOf(run, request);
  return (server && durationMs(server)) ?? request.durationMs;
}

/** For how long the call of the upstream went on after the caller had been answered; less than 0 where it did not. */
export function goneOnMs(run: Spans, request: Exchange): number {
  return calledMs(run, request) - servedMs(run, request);
}

/** Until the call of the upstream was given up. */
export function calledMs(run: Spans, request: Exchange): number {
  const server = serverSpanOf(run, request);
  const clients = run.spans.filter(({ kind, traceId }) => kind === 'CLIENT' && traceId === server?.traceId);
  const ends = clients.flatMap(({ endTimeUnixNano = [] }) => endTimeUnixNano);
  if (!server || ends.length === 0) return request.durationMs;
  return Math.max(...ends.map((end) => Number(end - server.startTimeUnixNano) / 1e6));
}
