import { renderDuration } from '../../../terminal/duration.ts';
import { isError, type Span, serviceName } from '../../../trace/span.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Icon } from '../parts/icons.tsx';
import { routeHash } from '../parts/route.ts';
import { inRow, readable } from '../parts/text.ts';
import { AttributeList } from './attribute-list.tsx';
import { serviceClass } from './service-colour.ts';
import { durationText, isInFlight } from './span-facts.ts';
import { useNow } from './use-now.ts';
import type { LoadedTrace } from './use-trace.ts';
import { spanAsJson } from './wire.ts';

export interface SpanDetailsProps {
  readonly span: Span;
  readonly trace: LoadedTrace;
  readonly onClose: () => void;
}

/** All that is known of one span. */
export function SpanDetails({ span, trace, onClose }: SpanDetailsProps) {
  const { resource, scope } = span;
  const scopeName = readable([scope.name || '(no name)', scope.version].filter(Boolean).join(' '));
  return (
    <section class="details" aria-label="The selected span" tabIndex={0}>
      <header class="details-head">
        <h3>
          <bdi>{inRow(span.name)}</bdi>
        </h3>
        <div class="view-actions">
          <CopyButton label="Copy JSON" text={() => spanAsJson(trace.detail, span.spanId)} />
          <button
            type="button"
            class="button quiet icon-only"
            aria-label="Close the details"
            title="Close (Esc)"
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </div>
      </header>
      <Facts span={span} trace={trace} />
      {isError(span) && (
        <p class="failure">
          <strong>✗ Status ERROR</strong> <bdi>{readable(span.status.message ?? '')}</bdi>
        </p>
      )}
      <div class="details-columns">
        <AttributeList title="Attributes" attributes={span.attributes} />
        <Events span={span} trace={trace} />
        <Links span={span} />
        <AttributeList title="Resource" attributes={resource.attributes} />
        <AttributeList
          title="Instrumentation scope"
          note={<bdi>{scopeName}</bdi>}
          attributes={scope.attributes}
        />
      </div>
    </section>
  );
}

function Facts({ span, trace }: Pick<SpanDetailsProps, 'span' | 'trace'>) {
  const now = useNow(isInFlight(span));
  const service = serviceName(span);
  const parent = trace.spans.some(({ spanId }) => spanId === span.parentSpanId);
  return (
    <p class="facts">
      <strong>{durationText(span, now)}</strong>
      <span>starts at {sinceStart(span.startTimeUnixNano, trace)}</span>
      <span>{span.kind}</span>
      {span.status.code === 'OK' && <span class="good">status OK</span>}
      <bdi class={`service-name ${serviceClass(service)}`}>{inRow(service)}</bdi>
      <span>
        span <code class="id">{span.spanId}</code>
      </span>
      {span.parentSpanId && (
        <span class={parent || span.flags ? '' : 'warn'}>
          parent{' '}
          {parent ? (
            <a href={routeHash({ view: 'trace', traceId: span.traceId, spanId: span.parentSpanId })}>
              <code class="id">{span.parentSpanId}</code>
            </a>
          ) : (
            <>
              <code class="id">{span.parentSpanId}</code>{' '}
              {span.flags ? 'in another process' : 'has not arrived'}
            </>
          )}
        </span>
      )}
      {span.traceState && (
        <span>
          tracestate <code class="id">{readable(span.traceState)}</code>
        </span>
      )}
    </p>
  );
}

function Events({ span, trace }: Pick<SpanDetailsProps, 'span' | 'trace'>) {
  return span.events.map((event, at) => (
    <AttributeList
      key={`${at}`}
      title={`Event ${inRow(event.name)}`}
      note={`at ${sinceStart(event.timeUnixNano, trace)}`}
      attributes={event.attributes}
    />
  ));
}

function Links({ span }: Pick<SpanDetailsProps, 'span'>) {
  return span.links.map(({ traceId, spanId, attributes }, at) => (
    <AttributeList
      key={`${at}`}
      title="Link"
      note={
        <a href={routeHash({ view: 'trace', traceId, spanId })}>
          <code class="id">
            {traceId.slice(0, 8)}…/{spanId}
          </code>
        </a>
      }
      attributes={attributes}
    />
  ));
}

function sinceStart(time: bigint, { spans }: LoadedTrace): string {
  const start = spans.find(({ startTimeUnixNano }) => startTimeUnixNano !== 0n)?.startTimeUnixNano ?? time;
  if (time === 0n) return 'no time';
  return time === start ? '0' : renderDuration(Number(time - start) / 1e6);
}
