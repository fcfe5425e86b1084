import type { Span } from './span.ts';
import { StoredTrace } from './stored-trace.ts';
import type { Trace } from './trace.ts';

export interface TraceStoreOptions {
  readonly maxTraces?: number;
  /** Of spans in memory, estimated. */
  readonly maxBytes?: number;
  readonly onEvict?: (traceId: string) => void;
}

export interface TraceStoreCounts {
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
  /** Deliveries of a span that was there already. */
  readonly duplicates: number;
  readonly evictedTraces: number;
  /** Spans that had to go: those of evicted traces, and the oldest ones of a trace that alone is over the limit. */
  readonly droppedSpans: number;
}

type SpansListener = (spans: readonly Span[]) => void;

/** The latest traces, bounded in number and in bytes; the trace whose first span came longest ago goes first. */
export class TraceStore {
  /** In order of their first span's arrival. */
  readonly #traces = new Map<string, StoredTrace>();
  readonly #listeners = new Set<SpansListener>();
  readonly #maxTraces: number;
  readonly #maxBytes: number;
  readonly #onEvict: ((traceId: string) => void) | undefined;
  #bytes = 0;
  #spans = 0;
  #duplicates = 0;
  #evictedTraces = 0;
  #droppedSpans = 0;

  constructor({ maxTraces = 1000, maxBytes = 64 * 1024 * 1024, onEvict }: TraceStoreOptions = {}) {
    this.#maxTraces = maxTraces;
    this.#maxBytes = maxBytes;
    this.#onEvict = onEvict;
  }

  /**
   * Keeps these spans and tells the listeners which of them are news.
   * A span that is there already is replaced by its later delivery, which is no news once it has ended; one in flight never replaces one that ended.
   */
  add(spans: readonly Span[]): void {
    const news = spans.filter((span) => this.#addSpan(span));
    if (news.length === 0) return;
    for (const listener of [...this.#listeners]) listener(news);
  }

  has(traceId: string): boolean {
    return this.#traces.has(traceId);
  }

  /** A snapshot of a trace; undefined when nothing of it arrived or it was evicted. */
  get(traceId: string): Trace | undefined {
    return this.#traces.get(traceId)?.snapshot(traceId);
  }

  /** All traces, the one that began to arrive last first. */
  traces(): Trace[] {
    return [...this.#traces].map(([traceId, entry]) => entry.snapshot(traceId)).reverse();
  }

  /** Their ids alone, in the same order. */
  traceIds(): string[] {
    return [...this.#traces.keys()].reverse();
  }

  /** All spans, trace by trace, oldest trace first, each trace in order of arrival. */
  spans(): Span[] {
    return [...this.#traces.values()].flatMap((entry) => entry.spans());
  }

  get counts(): TraceStoreCounts {
    return {
      traces: this.#traces.size,
      spans: this.#spans,
      bytes: this.#bytes,
      duplicates: this.#duplicates,
      evictedTraces: this.#evictedTraces,
      droppedSpans: this.#droppedSpans,
    };
  }

  /** Calls back with the news of every `add`. Gives the function that ends this. */
  onSpans(listener: SpansListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether the span is news. */
  #addSpan(span: Span): boolean {
    const entry = this.#traces.get(span.traceId) ?? this.#addTrace(span.traceId);
    const known = entry.find(span.spanId);
    if (known) this.#duplicates += 1;
    else this.#spans += 1;
    if (isEnded(known) && !isEnded(span)) return false;

    this.#bytes += entry.put(span);
    this.#makeRoom();
    return !isEnded(known);
  }

  #addTrace(traceId: string): StoredTrace {
    const entry = new StoredTrace();
    this.#traces.set(traceId, entry);
    return entry;
  }

  #makeRoom(): void {
    while (this.#traces.size > this.#maxTraces || this.#bytes > this.#maxBytes) {
      const [oldest] = this.#traces;
      if (!oldest) return;
      const [traceId, entry] = oldest;
      if (this.#traces.size === 1 && entry.size > 1) this.#dropOldestSpan(entry);
      else this.#evict(traceId, entry);
    }
  }

  #dropOldestSpan(entry: StoredTrace): void {
    this.#bytes -= entry.dropOldest();
    this.#spans -= 1;
    this.#droppedSpans += 1;
  }

  #evict(traceId: string, entry: StoredTrace): void {
    this.#traces.delete(traceId);
    this.#bytes -= entry.bytes;
    this.#spans -= entry.size;
    this.#droppedSpans += entry.size;
    this.#evictedTraces += 1;
    this.#onEvict?.(traceId);
  }
}

function isEnded(span: Span | undefined): boolean {
  return span?.endTimeUnixNano !== undefined;
}
