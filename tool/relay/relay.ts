import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { Arrival } from '../receiver/receiver.ts';
import { backoffMs } from './backoff.ts';
import type { Backend } from './find-backend.ts';
import type { Outcome, PartialSuccess } from './otlp-client.ts';
import { Sender } from './sender.ts';
import { DEFAULT_LIMITS, Waiting, type WaitingExport, type WaitingLimits } from './waiting.ts';

/** What a person should know of the relay; each is told once until it changes. Spans are numbers of them. */
export type RelayEvent =
  | { readonly type: 'down'; readonly reason: string }
  | { readonly type: 'back'; readonly dropped: number }
  /** The backend is there, and slower than the app. */
  | { readonly type: 'dropping' }
  | { readonly type: 'refused'; readonly reason: string; readonly spans: number }
  | ({ readonly type: 'partial' } & PartialSuccess)
  /** At the end: what the backend never got. */
  | { readonly type: 'lost'; readonly spans: number };

export interface RelayOptions {
  readonly backend: Backend;
  readonly onEvent: (event: RelayEvent) => void;
  readonly limits?: WaitingLimits;
  /** How long an answer may take. */
  readonly answerMs?: number;
  /** The first wait after a failure. */
  readonly retryMs?: number;
}

export interface Relay {
  /** Takes an export, to be passed on when the backend is ready for it. Returns at once. */
  passOn(arrival: Arrival): void;
  /** Passes on what still waits, for at most `boundMs`, with one more attempt where the last one failed. */
  close(boundMs?: number): Promise<void>;
}

/** Passes on to a backend what the receiver gets, in the bytes in which it came. */
export function startRelay(options: RelayOptions): Relay {
  return new BackendRelay(options);
}

const FLUSH_MS = 1000;

/** However long the backend asks us to wait. */
const LONGEST_MS = 60_000;

// What one export among several may be the reason for.
const MAY_BE_ONE_OF_THEM: readonly number[] = [status.INVALID_ARGUMENT, status.RESOURCE_EXHAUSTED];

class BackendRelay implements Relay {
  readonly #options: Required<RelayOptions>;
  readonly #sender: Sender;
  readonly #waiting: Waiting;
  readonly #giveUp = new AbortController();
  readonly #told = new Set<string>();
  #failures = 0;
  #toldDropped = 0;
  #sending: Promise<void> | undefined;
  #pause = new AbortController();
  #closing = false;

  constructor(options: RelayOptions) {
    this.#options = { limits: DEFAULT_LIMITS, answerMs: 10_000, retryMs: 1000, ...options };
    this.#sender = new Sender(this.#options.backend, this.#options.answerMs);
    this.#waiting = new Waiting(this.#options.limits);
  }

  passOn({ signal, transport, body, spanCount }: Arrival): void {
    if (spanCount === 0 || this.#closing) return;
    this.#waiting.add({ signal, transport, body, spanCount });
    if (this.#droppedSpans > 0 && !this.#told.has('down')) this.#tellOnce('dropping', { type: 'dropping' });
    this.#sending ??= this.#send();
  }

  async close(boundMs = FLUSH_MS): Promise<void> {
    this.#closing = true;
    this.#pause.abort();
    const timer = setTimeout(() => this.#giveUp.abort(), boundMs);
    await this.#sending;
    clearTimeout(timer);
    this.#sender.close();
    const spans = this.#waiting.spans + this.#droppedSpans;
    if (spans > 0) this.#options.onEvent({ type: 'lost', spans });
  }

  /** Since they were last told about. */
  get #droppedSpans(): number {
    return this.#waiting.droppedSpans - this.#toldDropped;
  }

  /** Until nothing waits. What arrives while a request is under way goes with the next one, so no timer makes batches. */
  async #send(): Promise<void> {
    // Not within the call of the receiver, which has an answer to give.
    await nextTurn();
    while (!this.#giveUp.signal.aborted) {
      const batch = this.#waiting.take();
      if (batch.length === 0) break;
      const isLast = this.#closing;
      const outcome = await this.#sender.send(batch, this.#giveUp.signal);
      if (outcome.type !== 'later') {
        this.#settle(batch, outcome);
        continue;
      }
      this.#waiting.putBack(batch);
      if (isLast) break;
      if (!this.#closing) await this.#waitAfter(outcome);
    }
    this.#sending = undefined;
  }

  async #waitAfter({ reason, afterMs }: Outcome & { type: 'later' }): Promise<void> {
    this.#failures += 1;
    // The next attempt may well succeed, so one failure is not worth a line.
    if (this.#failures > 1) this.#tellOnce('down', { type: 'down', reason });
    const ms = Math.max(backoffMs(this.#failures, this.#options.retryMs), Math.min(afterMs ?? 0, LONGEST_MS));
    this.#pause = new AbortController();
    await delay(ms, undefined, { signal: this.#pause.signal }).catch(() => {});
  }

  #settle(batch: readonly WaitingExport[], outcome: Exclude<Outcome, { type: 'later' }>): void {
    this.#failures = 0;
    if (this.#told.delete('down')) this.#tellBack();
    if (outcome.type === 'accepted') {
      if (outcome.partial) this.#tellOnce('partial', { type: 'partial', ...outcome.partial });
      return;
    }
    if (batch.length > 1 && MAY_BE_ONE_OF_THEM.includes(outcome.code)) {
      this.#waiting.putBack(batch.map((item) => ({ ...item, alone: true })));
      return;
    }
    const spans = batch.reduce((sum, { spanCount }) => sum + spanCount, 0);
    this.#tellOnce(`refused ${outcome.code}`, { type: 'refused', reason: outcome.reason, spans });
  }

  #tellBack(): void {
    this.#options.onEvent({ type: 'back', dropped: this.#droppedSpans });
    this.#toldDropped = this.#waiting.droppedSpans;
  }

  #tellOnce(what: string, event: RelayEvent): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#options.onEvent(event);
  }
}
