import type { AttributeValue, Span } from '../../trace/span.ts';
import { PARENT_IS_REMOTE, type Trace } from '../../trace/trace.ts';
import type { TraceDetail, WireSpan } from '../protocol.ts';

/** The whole trace as JSON, a TraceDetail. */
export function renderDetail({ traceId, spans }: Trace, backend: TraceDetail['backend']): string {
  const resources = new Numbered<Span['resource']>();
  const scopes = new Numbered<Span['scope']>();
  const inOrder = spans.toSorted((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano));
  const detail: TraceDetail = {
    traceId,
    spans: inOrder.map((span) => wireSpan(span, resources.of(span.resource), scopes.of(span.scope))),
    resources: resources.all,
    scopes: scopes.all,
    ...(backend && { backend }),
  };
  return JSON.stringify(detail, (_key, value: AttributeValue) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

function wireSpan(span: Span, resource: number, scope: number): WireSpan {
  const { startTimeUnixNano, endTimeUnixNano, flags = 0, events, ...same } = span;
  return {
    ...same,
    parentIsRemote: (flags & PARENT_IS_REMOTE) !== 0,
    startTimeUnixNano: String(startTimeUnixNano),
    ...(endTimeUnixNano !== undefined && { endTimeUnixNano: String(endTimeUnixNano) }),
    events: events.map(({ timeUnixNano, ...event }) => ({ ...event, timeUnixNano: String(timeUnixNano) })),
    resource,
    scope,
  };
}

/** Numbers objects as they come, an object that comes again by its first number. */
class Numbered<T extends object> {
  readonly #numbers = new Map<T, number>();

  of(object: T): number {
    const number = this.#numbers.get(object) ?? this.#numbers.size;
    this.#numbers.set(object, number);
    return number;
  }

  get all(): readonly T[] {
    return [...this.#numbers.keys()];
  }
}
