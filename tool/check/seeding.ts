import type { Span } from '../trace/span.ts';
import type { AppRun } from './evidence.ts';

/** Spans begin on whole milliseconds, and a clock may be set. */
export const aheadByChanceMs = 5;

/**
 * How long before the first GET /items the span that fills the database began, in milliseconds, where it ended after
 * that; less than 0 otherwise. An app may fill its database when it starts: then its shelves begin with it.
 */
export function begunAheadMs(run: Pick<AppRun, 'spans' | 'exchanges' | 'testimony'>): number {
  const { spans, exchanges } = run;
  const seeding = spans.find(({ name }) => name === 'seed database');
  const listed = exchanges.find(({ path }) => path === '/items');
  if (!seeding || !listed) return -1;
  const shelves = spans.filter(({ name }) => name === 'seed shelf').map(begunAt);
  const atWork = Math.min(...shelves) - begunAt(seeding) < aheadByChanceMs || worksWithoutPause(run);
  const over = msOf(seeding.endTimeUnixNano ?? 0n) <= listed.startedAt;
  return atWork || over ? -1 : listed.startedAt - begunAt(seeding);
}

/**
 * Whether the first request came either before that span or after its first shelf had begun: a busy machine may leave
 * any time between the two, and what works without a pause takes no request meanwhile.
 */
function worksWithoutPause({ testimony }: Pick<AppRun, 'testimony'>): boolean {
  const begun = (span: string) =>
    testimony.findIndex((one) => one.type === 'span-started' && one.name === span);
  const [seeding, shelf] = [begun('seed database'), begun('seed shelf')];
  const asked = testimony.findIndex(({ type }) => type === 'asked');
  return seeding >= 0 && shelf > seeding && asked >= 0 && (asked < seeding || asked > shelf);
}

function begunAt({ startTimeUnixNano }: Span): number {
  return msOf(startTimeUnixNano);
}

function msOf(nano: bigint): number {
  return Number(nano / 1_000_000n);
}
