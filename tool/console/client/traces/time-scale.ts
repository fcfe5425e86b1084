import { renderDuration } from '../../../terminal/duration.ts';
import { timeAxis } from '../../../terminal/time-axis.ts';
import type { Span } from '../../../trace/span.ts';

/** From the times of a trace to the width of its bars. */
export interface TimeScale {
  readonly startUnixNano: bigint;
  readonly lengthMs: number;
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

export function timeScale(spans: readonly Span[], now: bigint): TimeScale {
  const { start, end } = timeAxis(spans, now);
  return { startUnixNano: start, lengthMs: Math.max(0.001, Number(end - start) / 1e6) };
}

/** Where a time lies, 0 at the left and 1 at the right; times outside lie at the edge. */
export function place(time: bigint, { startUnixNano, lengthMs }: TimeScale): number {
  const ms = Number(time - startUnixNano) / 1e6;
  return Math.min(1, Math.max(0, ms / lengthMs));
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}

/** Round times, at most `most` of them, from 0 on. */
export function ticks(lengthMs: number, most: number): Tick[] {
  const step = roundUp(lengthMs / Math.max(1, most));
  const last = Math.floor(lengthMs / step + 1e-9);
  return Array.from({ length: last + 1 }, (_, at) => ({
    at: (at * step) / lengthMs,
    text: at === 0 ? '0' : shortDuration(at * step),
  }));
}

/** 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((one) => one * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Without the zeros that fill a duration to three digits: `20 ms`. */
function shortDuration(ms: number): string {
  return renderDuration(ms)
    .replace(/\.0+ /, ' ')
    .replace(/(\.\d)0 /, '$1 ');
}
