import type { Span } from './span.ts';
import type { TraceStore } from './store.ts';
import { isLocalRoot, type Trace } from './trace.ts';

export interface SettledOptions {
  /** How long a trace whose root has ended must be quiet. */
  readonly quietMs?: number;
  /** How long one must be quiet whose root has not come. */
  readonly orphanMs?: number;
  readonly timers?: Timers;
}

export interface Timers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface SettledSubscription extends Disposable {
  /** Settles now every trace that waits. */
  flush(): void;
}

type SettledListener = (trace: Trace, info: { late: boolean }) => void;

export const NODE_TIMERS: Timers = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/**
 * Calls back with each trace once it looks complete: its root has ended, and nothing came for `quietMs`, or nothing came for `orphanMs` at all.
 * Spans that come after that make it settle again, as a whole and `late`.
 */
export function onTraceSettled(
  store: TraceStore,
  listener: SettledListener,
  options: SettledOptions = {},
): SettledSubscription {
  const settling = new Settling(store, listener, options);
  const unsubscribe = store.onSpans((spans) => settling.expect(spans));
  return {
    flush: () => settling.flush(),
    [Symbol.dispose]() {
      unsubscribe();
      settling.stop();
    },
  };
}

/** What is known of a trace beside its spans. */
interface State {
  timer?: unknown;
  rootEnded: boolean;
  settledBefore: boolean;
}

class Settling {
  readonly #store: TraceStore;
  readonly #listener: SettledListener;
  readonly #options: Required<SettledOptions>;
  readonly #states = new Map<string, State>();

  constructor(
    store: TraceStore,
    listener: SettledListener,
    { quietMs = 150, orphanMs = 1000, timers = NODE_TIMERS }: SettledOptions,
  ) {
    this.#store = store;
    this.#listener = listener;
    this.#options = { quietMs, orphanMs, timers };
  }

  expect(spans: readonly Span[]): void {
    const touched = new Map<string, State>();
    for (const span of spans) {
      const state = touched.get(span.traceId) ?? this.#stateOf(span.traceId);
      if (isLocalRoot(span) && span.endTimeUnixNano !== undefined) state.rootEnded = true;
      touched.set(span.traceId, state);
    }
    for (const [traceId, state] of touched) this.#restartTimer(traceId, state);
    if (this.#states.size > 2 * this.#store.counts.traces + 100) this.#forgetEvicted();
  }

  flush(): void {
    for (const [traceId, state] of [...this.#states]) {
      if (state.timer !== undefined) this.#settle(traceId, state);
    }
  }

  stop(): void {
    for (const state of this.#states.values()) this.#stopTimer(state);
    this.#states.clear();
  }

  #stateOf(traceId: string): State {
    const known = this.#states.get(traceId);
    if (known) return known;
    const state: State = { rootEnded: false, settledBefore: false };
    this.#states.set(traceId, state);
    return state;
  }

  #restartTimer(traceId: string, state: State): void {
    const { timers, quietMs, orphanMs } = this.#options;
    this.#stopTimer(state);
    state.timer = timers.setTimeout(() => this.#settle(traceId, state), state.rootEnded ? quietMs : orphanMs);
  }

  #stopTimer(state: State): void {
    if (state.timer !== undefined) this.#options.timers.clearTimeout(state.timer);
    state.timer = undefined;
  }

  #settle(traceId: string, state: State): void {
    this.#stopTimer(state);
    const trace = this.#store.get(traceId);
    if (!trace) return;
    const late = state.settledBefore;
    state.settledBefore = true;
    this.#listener(trace, { late });
  }

  /** The store is bounded, so what is remembered of its traces is too. */
  #forgetEvicted(): void {
    for (const [traceId, state] of this.#states) {
      if (this.#store.has(traceId)) continue;
      this.#stopTimer(state);
      this.#states.delete(traceId);
    }
  }
}
