import { renderDuration } from '../../../terminal/duration.ts';
import { isError, serviceName } from '../../../trace/span.ts';
import type { Live } from '../live/use-live.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Icon } from '../parts/icons.tsx';
import { go, replaceRoute, routeHash } from '../parts/route.ts';
import { useShortcuts } from '../parts/shortcuts.ts';
import { count, inRow } from '../parts/text.ts';
import { rowHeightPixels } from './row-height.ts';
import { serviceClass } from './service-colour.ts';
import { SpanDetails } from './span-details.tsx';
import { isInFlight } from './span-facts.ts';
import { timeScale } from './time-scale.ts';
import { TraceNotThere } from './trace-not-there.tsx';
import { type LoadedTrace, useTrace } from './use-trace.ts';
import { Waterfall } from './waterfall.tsx';

export interface TraceViewProps {
  readonly traceId: string;
  readonly spanId: string | undefined;
  readonly live: Live;
  readonly layout: 'wide' | 'narrow';
}

export function TraceView({ traceId, spanId, live, layout }: TraceViewProps) {
  const { state, trace } = useTrace(traceId, live);
  const select = (id: string | undefined) =>
    replaceRoute({ view: 'trace', traceId, ...(id !== undefined && { spanId: id }) });
  useShortcuts({
    Escape: () => (spanId ? select(undefined) : go({ view: 'list' })),
    '=': () => go({ view: 'choose', before: traceId }),
  });

  if (!trace) return <TraceNotThere state={state} traceId={traceId} />;
  const span = trace.spans.find((one) => one.spanId === spanId);
  return (
    <div class="trace-view">
      <TraceHead trace={trace} />
      {state === 'gone' && (
        <p class="notice">The workshop no longer has this trace; this is what the page had of it.</p>
      )}
      <Waterfall
        key={traceId}
        spans={trace.spans}
        roots={trace.roots}
        selected={spanId}
        onSelect={select}
        rowHeight={rowHeightPixels(layout)}
      />
      {span && <SpanDetails span={span} trace={trace} onClose={() => select(undefined)} />}
    </div>
  );
}

function TraceHead({ trace: { detail, spans, roots } }: { readonly trace: LoadedTrace }) {
  const top = roots.find(({ orphan }) => !orphan) ?? roots[0];
  const services = [...new Set(spans.map(serviceName))];
  const errors = spans.filter(isError).length;
  const open = spans.filter(isInFlight).length;
  const orphans = roots.filter(({ orphan, parentCycle }) => orphan && !parentCycle).length;
  const { lengthMs } = timeScale(
    spans.filter((span) => !isInFlight(span)),
    0n,
  );
  return (
    <header class="view-head">
      <a class="button quiet icon-only" href="#/" aria-label="Back to all traces" title="Back (Esc)">
        <Icon name="back" />
      </a>
      <div class="view-title">
        <h2>
          <bdi>{inRow(top?.span.name ?? '')}</bdi>
        </h2>
        <p class="facts">
          {open === 0 && <strong>{renderDuration(lengthMs)}</strong>}
          <span>{count(spans.length, 'span')}</span>
          {errors > 0 && <span class="bad">✗ {count(errors, 'error')}</span>}
          {open > 0 && <span class="warn">{open} in flight</span>}
          {orphans > 0 && <span class="warn">{count(orphans, 'orphan')}: parent not received</span>}
          {services.slice(0, 5).map((service) => (
            <bdi class={`service-name ${serviceClass(service)}`} key={service}>
              {inRow(service)}
            </bdi>
          ))}
          {services.length > 5 && <span>and {services.length - 5} more services</span>}
          <span>
            trace{' '}
            <code class="id" title={detail.traceId}>
              {detail.traceId.slice(0, 8)}
            </code>
          </span>
        </p>
      </div>
      <div class="view-actions">
        {detail.backend && (
          <a class="button quiet" href={detail.backend.url} target="_blank" rel="noreferrer">
            {detail.backend.name} <Icon name="out" />
          </a>
        )}
        <a class="button quiet" href={routeHash({ view: 'choose', before: detail.traceId })}>
          Compare…
        </a>
        <CopyButton label="Copy JSON" text={() => JSON.stringify(detail, null, 2)} />
      </div>
    </header>
  );
}
