import type { AppRun } from './evidence.ts';

/** Spans begin on whole milliseconds, and a clock may be set. */
export const aheadByChanceMs = 5;

/**
 * How long before the first GET /items the span that fills the database began, in milliseconds, where it ended after
 * that; less than 0 otherwise. An app may fill its database when it starts, but then it is done before.
 */
export function begunAheadMs({ spans, exchanges }: Pick<AppRun, 'spans' | 'exchanges'>): number {
  const seeding = spans.find(({ name }) => name === 'seed database');
  const listed = exchanges.find(({ path }) => path === '/items');
  if (!seeding || !listed) return -1;
  const [begun, ended] = [seeding.startTimeUnixNano, seeding.endTimeUnixNano ?? 0n].map((nano) =>
    Number(nano / 1_000_000n),
  );
  return (ended as number) > listed.startedAt ? listed.startedAt - (begun as number) : -1;
}
