import type { Span } from '../../trace/span.ts';

export const RESOURCE = { attributes: { 'service.name': 'shop' } };
const SCOPE = { name: 'test', attributes: {} };

export const traceIdOf = (trace: number): string => trace.toString(16).padStart(32, '0');
export const spanIdOf = (span: number): string => span.toString(16).padStart(16, '0');

/** An ended root span, changed as asked. */
export function spanOf(trace: number, span: number, change: Partial<Span> = {}): Span {
  return {
    traceId: traceIdOf(trace),
    spanId: spanIdOf(span),
    name: `span ${span}`,
    kind: 'INTERNAL',
    startTimeUnixNano: 1n,
    endTimeUnixNano: 2n,
    attributes: {},
    events: [],
    links: [],
    status: { code: 'UNSET' },
    resource: RESOURCE,
    scope: SCOPE,
    ...change,
  };
}

/** The same span before it ended. */
export function inFlight(span: Span): Span {
  const { endTimeUnixNano: _, ...rest } = span;
  return rest;
}
