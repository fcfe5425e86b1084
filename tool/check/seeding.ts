import type { Span } from '../trace/span.ts';
import type { AppRun } from './evidence.ts';

/** Spans begin on whole milliseconds, and a clock may be set. */
export const aheadByChanceMs = 5;

/**
 * How long before the first GET /items the span that fills the database began, in milliseconds, where it ended after
 * that; less than 0 otherwise. An app may fill its database when it starts: then its shelves begin with it.
 */
export function begunAheadMs({ spans, exchanges }: Pick<AppRun, 'spans' | 'exchanges'>): number {
  const seeding = spans.find(({ name }) => name === 'seed database');
  const listed = exchanges.find(({ path }) => path === '/items');
  if (!seeding || !listed) return -1;
  const shelves = spans.filter(({ name }) => name === 'seed shelf').map(begunAt);
  const atWork = Math.min(...shelves) - begunAt(seeding) < aheadByChanceMs;
  const over = msOf(seeding.endTimeUnixNano ?? 0n) <= listed.startedAt;
  return atWork || over ? -1 : listed.startedAt - begunAt(seeding);
}

function begunAt({ startTimeUnixNano }: Span): number {
  return msOf(startTimeUnixNano);
}

function msOf(nano: bigint): number {
  return Number(nano / 1_000_000n);
}
