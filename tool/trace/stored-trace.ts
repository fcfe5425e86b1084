import { attributesBytes, spanBytes } from './size.ts';
import type { Span } from './span.ts';
import type { Trace } from './trace.ts';

/** The spans of one trace and what they weigh. */
export class StoredTrace {
  readonly #spans = new Map<string, Span>();
  /** Resources and scopes, each counted once although many spans share it. */
  readonly #shared = new Map<object, number>();
  bytes = 0;

  get size(): number {
    return this.#spans.size;
  }

  find(spanId: string): Span | undefined {
    return this.#spans.get(spanId);
  }

  spans(): Span[] {
    return [...this.#spans.values()];
  }

  snapshot(traceId: string): Trace {
    return { traceId, spans: this.spans() };
  }

  /** Adds or replaces; gives the bytes that this took. */
  put(span: Span): number {
    const before = this.bytes;
    const known = this.#spans.get(span.spanId);
    if (known) this.#weigh(known, -1);
    this.#spans.set(span.spanId, span);
    this.#weigh(span, 1);
    return this.bytes - before;
  }

  /** Gives the bytes that this freed. */
  dropOldest(): number {
    const before = this.bytes;
    const [oldest] = this.#spans.values();
    if (oldest) {
      this.#spans.delete(oldest.spanId);
      this.#weigh(oldest, -1);
    }
    return before - this.bytes;
  }

  #weigh(span: Span, sign: 1 | -1): void {
    this.bytes += sign * spanBytes(span);
    this.#weighShared(span.resource, sign);
    this.#weighShared(span.scope, sign);
  }

  #weighShared(owner: Span['resource'] | Span['scope'], sign: 1 | -1): void {
    const users = this.#shared.get(owner) ?? 0;
    if (users + sign === 0) this.#shared.delete(owner);
    else this.#shared.set(owner, users + sign);
    if (users === 0 || users + sign === 0) this.bytes += sign * attributesBytes(owner.attributes);
  }
}
