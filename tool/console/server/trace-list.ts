import type { TraceStore } from '../../trace/store.ts';
import type { TraceSummary } from '../protocol.ts';
import { summarize } from './summary.ts';

/**
 * The store's traces, each with a version that grows when spans of it arrive, so that everybody who looks sees for himself what is new
 * since last time: nothing has to be queued for those who look seldom.
 */
export class TraceList {
  readonly store: TraceStore;
  readonly #versions = new Map<string, number>();
  readonly #summaries = new Map<string, { readonly version: number; readonly summary: TraceSummary }>();
  #version = 0;

  constructor(store: TraceStore) {
    this.store = store;
  }

  /** Calls back at each news. Gives the function that ends this. */
  onNews(listener: () => void): () => void {
    return this.store.onSpans((spans) => {
      this.#version += 1;
      for (const { traceId } of spans) this.#versions.set(traceId, this.#version);
      this.#forgetEvicted();
      listener();
    });
  }

  versionOf(traceId: string): number {
    return this.#versions.get(traceId) ?? 0;
  }

  /** Undefined when the store has it no more. */
  summaryOf(traceId: string): TraceSummary | undefined {
    const version = this.versionOf(traceId);
    const known = this.#summaries.get(traceId);
    if (known?.version === version) return known.summary;
    const trace = this.store.get(traceId);
    if (!trace) return undefined;
    const summary = summarize(trace);
    this.#summaries.set(traceId, { version, summary });
    return summary;
  }

  /** The store is bounded, so what is remembered of its traces is too. */
  #forgetEvicted(): void {
    if (this.#versions.size <= 2 * this.store.counts.traces + 100) return;
    for (const traceId of this.#versions.keys()) {
      if (this.store.has(traceId)) continue;
      this.#versions.delete(traceId);
      this.#summaries.delete(traceId);
    }
  }
}
