import type { Span, SpanKind } from '../../trace/span.ts';

export interface SpanSketch
  extends Partial<Omit<Span, 'startTimeUnixNano' | 'endTimeUnixNano' | 'parentSpanId'>> {
  readonly parent?: string;
  /** Milliseconds after the trace's begin; undefined for a span in flight. */
  readonly at?: readonly [start: number, end: number | undefined];
  readonly service?: string;
  readonly error?: string;
}

const BEGIN = 1_700_000_000_000_000_000n;

/** Unix nanoseconds of a moment, given in milliseconds after the trace's begin. */
export function moment(ms: number): bigint {
  return BEGIN + BigInt(Math.round(ms * 1e6));
}

export function makeSpan(spanId: string, sketch: SpanSketch = {}): Span {
  const { parent, at = [0, 1], service = 'shop', error, ...fields } = sketch;
  const [start, end] = at;
  return {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId,
    name: spanId,
    kind: 'INTERNAL' satisfies SpanKind,
    startTimeUnixNano: moment(start),
    attributes: {},
    events: [],
    links: [],
    status: error === undefined ? { code: 'UNSET' } : { code: 'ERROR', message: error },
    resource: { attributes: { 'service.name': service } },
    scope: { name: 'test', attributes: {} },
    ...(parent === undefined ? {} : { parentSpanId: parent }),
    ...(end === undefined ? {} : { endTimeUnixNano: moment(end) }),
    ...fields,
  };
}
