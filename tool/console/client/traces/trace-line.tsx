import { memo } from 'preact/compat';
import { renderDuration } from '../../../terminal/duration.ts';
import type { TraceSummary } from '../../protocol.ts';
import { count, inRow } from '../parts/text.ts';
import { serviceClass } from './service-colour.ts';
import { clockText } from './span-facts.ts';

export interface TraceLineProps {
  readonly trace: TraceSummary;
  readonly href: string;
}

/** Made anew only when something of it changes: there may be hundreds, several times a second. */
export const TraceLine = memo(function TraceLine({ trace, href }: TraceLineProps) {
  const { name, service, services, durationMs, spanCount, errorCount, startTimeUnixNano } = trace;
  return (
    <li>
      <a href={href} class={`trace-line ${errorCount > 0 ? 'failed' : ''}`}>
        <bdi class="trace-name">{inRow(name)}</bdi>
        <span class="trace-service">
          <bdi class={`service-name ${serviceClass(service)}`}>{inRow(service)}</bdi>
          {services > 1 && <span class="note">+{count(services - 1, 'service')}</span>}
        </span>
        <span class="trace-errors">
          {errorCount > 0 && <span class="badge bad">✗ {count(errorCount, 'error')}</span>}
        </span>
        <span class="trace-spans">{count(spanCount, 'span')}</span>
        <span class={`trace-duration ${durationMs === null ? 'open' : ''}`}>
          {durationMs === null ? 'in flight' : renderDuration(durationMs)}
        </span>
        <span class="trace-time">{clockText(startTimeUnixNano)}</span>
      </a>
    </li>
  );
});
