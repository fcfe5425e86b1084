import type { Span } from '../../../trace/span.ts';
import { PARENT_IS_REMOTE } from '../../../trace/trace.ts';
import type { TraceDetail, WireSpan } from '../../protocol.ts';

/** The spans of a trace as the rest of the workshop knows them. */
export function spansOf(detail: TraceDetail): Span[] {
  return detail.spans.map((span) => spanOf(span, detail));
}

function spanOf(wire: WireSpan, { resources, scopes }: TraceDetail): Span {
  const { startTimeUnixNano, endTimeUnixNano, parentIsRemote, events, resource, scope, ...fields } = wire;
  return {
    ...fields,
    ...(parentIsRemote && { flags: PARENT_IS_REMOTE }),
    startTimeUnixNano: BigInt(startTimeUnixNano),
    ...(endTimeUnixNano !== undefined && { endTimeUnixNano: BigInt(endTimeUnixNano) }),
    events: events.map((event) => ({ ...event, timeUnixNano: BigInt(event.timeUnixNano) })),
    resource: resources[resource] ?? { attributes: {} },
    scope: scopes[scope] ?? { name: '', attributes: {} },
  };
}

/** A span as JSON, with what it shares with others put in. */
export function spanAsJson({ spans, resources, scopes }: TraceDetail, spanId: string): string {
  const span = spans.find((one) => one.spanId === spanId);
  if (!span) return '';
  return JSON.stringify({ ...span, resource: resources[span.resource], scope: scopes[span.scope] }, null, 2);
}
