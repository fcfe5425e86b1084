import { renderDuration } from '../../../terminal/duration.ts';
import { durationMs, type Span } from '../../../trace/span.ts';

export function isInFlight(span: Span): boolean {
  return span.endTimeUnixNano === undefined;
}

/** Why the span failed, in its own words; empty where it gave none. */
export function errorDetail(span: Span): string {
  const type = span.attributes['error.type'];
  return span.status.message || (typeof type === 'string' ? type : '');
}

/** `59.8 ms`, `in flight 3.20 s` with the time until now, `no start` where the sender gave no start time. */
export function durationText(span: Span, now: bigint): string {
  if (span.startTimeUnixNano === 0n) return 'no start';
  const ms = durationMs(span);
  if (ms !== undefined) return renderDuration(ms);
  return `in flight ${renderDuration(Math.max(0, Number(now - span.startTimeUnixNano) / 1e6))}`;
}

/** Time of day, as the reader's clock shows it. */
export function clockText(unixNano: string): string {
  return new Date(Number(BigInt(unixNano) / 1_000_000n)).toLocaleTimeString([], { hour12: false });
}
