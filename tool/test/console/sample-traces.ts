import type { Span } from '../../trace/span.ts';
import { makeSpan, moment, type SpanSketch } from '../terminal/make-span.ts';

/** 32 hex digits of a number: the id of the sample trace of that number. */
export function traceId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** 16 hex digits, for a span of a sample trace. */
export function spanId(trace: number, span: number): string {
  return (trace * 10_000 + span).toString(16).padStart(16, '0');
}

export interface TraceSketch {
  readonly trace: number;
  /** Of the query, in milliseconds. */
  readonly queryMs?: number;
  readonly root?: SpanSketch;
}

/** A request of the shop in which a handler queries its database; trace 2 is a second after trace 1. */
export function shopTrace({ trace, queryMs = 20, root = {} }: TraceSketch): Span[] {
  const start = trace * 1000;
  const span = (number: number, sketch: SpanSketch) =>
    makeSpan(spanId(trace, number), { traceId: traceId(trace), ...sketch });
  return [
    span(1, {
      name: 'GET /items',
      kind: 'SERVER',
      at: [start, start + queryMs + 10],
      attributes: { 'http.request.method': 'GET', 'user.id': 'ada', 'shop.basket': 'full' },
      ...root,
    }),
    span(2, { name: 'request handler', parent: spanId(trace, 1), at: [start + 2, start + queryMs + 8] }),
    span(3, {
      name: 'SELECT items',
      kind: 'CLIENT',
      parent: spanId(trace, 2),
      at: [start + 4, start + 4 + queryMs],
      attributes: { 'db.system.name': 'sqlite', 'db.query.text': 'SELECT * FROM items' },
      events: [{ name: 'first row', timeUnixNano: moment(start + 6), attributes: { 'row.id': 1 } }],
    }),
  ];
}

/** One trace of so many spans: a root with `width` handlers, each with its queries. */
export function largeTrace({
  trace,
  spans,
  width = 100,
}: {
  trace: number;
  spans: number;
  width?: number;
}): Span[] {
  return Array.from({ length: spans }, (_, at) =>
    makeSpan(spanId(trace, at), {
      traceId: traceId(trace),
      name: at === 0 ? 'batch' : at <= width ? `handler ${at}` : `query ${at}`,
      at: [at / 10, at === 0 ? spans / 10 + 5 : at / 10 + 5],
      attributes: {
        'db.system.name': 'sqlite',
        'db.query.text': `SELECT * FROM items WHERE id = ${at}`,
        'item.id': at,
      },
      ...(at > 0 && { parent: spanId(trace, at <= width ? 0 : ((at - 1) % width) + 1) }),
    }),
  );
}
