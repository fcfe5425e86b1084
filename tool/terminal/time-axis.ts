import type { Span } from '../trace/span.ts';

/** The stretch of time that a trace's bars are drawn on, in Unix nanoseconds. */
export interface TimeAxis {
  readonly start: bigint;
  readonly end: bigint;
}

/** From the first start to the last end, or to `now` while a span is in flight. Spans without a start time count for nothing. */
export function timeAxis(spans: readonly Span[], now?: bigint): TimeAxis {
  let start: bigint | undefined;
  let end = 0n;
  for (const span of spans) {
    if (span.startTimeUnixNano === 0n) continue;
    const spanEnd = span.endTimeUnixNano ?? now ?? span.startTimeUnixNano;
    if (start === undefined || span.startTimeUnixNano < start) start = span.startTimeUnixNano;
    // A clock that ran backwards puts the end before the start.
    for (const time of [span.startTimeUnixNano, spanEnd]) if (time > end) end = time;
  }
  return { start: start ?? end, end };
}

/**
 * A bar on the axis with the blanks before it, at least one and together at most `width` columns: `  ━━━━`.
 * One without an end is open, to the right edge: `  ╌╌╌╌>`.
 */
export function renderBar(
  start: bigint,
  end: bigint | undefined,
  on: { axis: TimeAxis; width: number },
): string {
  const { axis, width } = on;
  const length = Math.max(1, Number(axis.end - axis.start));
  const column = (time: bigint) => Math.round((Number(time - axis.start) / length) * width);

  const first = Math.min(Math.max(0, column(start)), width - 1);
  const cells = Math.max(1, Math.min(width, column(end ?? axis.end)) - first);
  const blanks = ' '.repeat(first);
  return end === undefined ? `${blanks}${'╌'.repeat(width - first - 1)}>` : `${blanks}${'━'.repeat(cells)}`;
}
