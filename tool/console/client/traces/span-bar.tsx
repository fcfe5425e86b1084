import { isError, type Span, serviceName } from '../../../trace/span.ts';
import { serviceClass } from './service-colour.ts';
import { isInFlight } from './span-facts.ts';
import { percent, place, type TimeScale } from './time-scale.ts';

export interface SpanBarProps {
  readonly span: Span;
  readonly scale: TimeScale;
  readonly now: bigint;
}

/** More would only be a smear. */
const MOST_EVENTS = 50;

/** A span on the time axis, with its events as marks. What it says is also said in words, in the other cells. */
export function SpanBar({ span, scale, now }: SpanBarProps) {
  if (span.startTimeUnixNano === 0n) return null;
  const start = place(span.startTimeUnixNano, scale);
  const end = place(span.endTimeUnixNano ?? now, scale);
  const state = `${isError(span) ? 'error' : ''} ${isInFlight(span) ? 'in-flight' : ''}`;
  return (
    <span class={`bar-track ${serviceClass(serviceName(span))}`} aria-hidden="true">
      <span
        class={`bar ${state}`}
        style={{ left: percent(start), width: percent(Math.max(0, end - start)) }}
      />
      {span.events.slice(0, MOST_EVENTS).map((event) => (
        <span class="event-mark" style={{ left: percent(place(event.timeUnixNano, scale)) }} />
      ))}
    </span>
  );
}
