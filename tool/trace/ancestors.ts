import type { Span } from './span.ts';

/** The spans that stand around this one, the nearest first, as far as they are here. */
export function ancestors(span: Span, byId: ReadonlyMap<string, Span>): Span[] {
  const found: Span[] = [];
  let next = byId.get(span.parentSpanId ?? '');
  while (next && !found.includes(next)) {
    found.push(next);
    next = byId.get(next.parentSpanId ?? '');
  }
  return found;
}
