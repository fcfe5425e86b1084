import type { Arrival } from '../receiver/receiver.ts';

/** An export that the backend does not have yet. */
export interface WaitingExport extends Pick<Arrival, 'signal' | 'transport' | 'body' | 'spanCount'> {
  /** Refused together with others, so that it is tried by itself. */
  readonly alone?: boolean;
}

export interface WaitingLimits {
  /** Of all that waits. */
  readonly maxSpans: number;
  readonly maxBytes: number;
  /** Of what goes in one request, where more than one export is waiting. */
  readonly maxBatchBytes: number;
}

export const DEFAULT_LIMITS: WaitingLimits = {
  maxSpans: 20_000,
  maxBytes: 16 * 1024 * 1024,
  maxBatchBytes: 1024 * 1024,
};

/** Exports in the order of their arrival, a bounded amount: what came first goes first, also when it has to be dropped. */
export class Waiting {
  readonly #limits: WaitingLimits;
  #exports: WaitingExport[] = [];
  #spans = 0;
  #bytes = 0;
  #droppedSpans = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  get spans(): number {
    return this.#spans;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Since the start. */
  get droppedSpans(): number {
    return this.#droppedSpans;
  }

  add(item: WaitingExport): void {
    this.#exports.push(item);
    this.#count(item, 1);
    this.#dropOldest();
  }

  /** Takes what goes in the next request: at least one export, all of one signal; none when nothing waits. */
  take(): WaitingExport[] {
    const [first] = this.#exports;
    if (!first) return [];
    let bytes = 0;
    const end = this.#exports.findIndex((item, at) => {
      bytes += item.body.length;
      const fits = bytes <= this.#limits.maxBatchBytes && item.signal === first.signal && !item.alone;
      return at > 0 && (first.alone || !fits);
    });
    const batch = this.#exports.splice(0, end < 0 ? this.#exports.length : end);
    for (const item of batch) this.#count(item, -1);
    return batch;
  }

  /** Puts back in front what was taken. */
  putBack(batch: readonly WaitingExport[]): void {
    this.#exports.unshift(...batch);
    for (const item of batch) this.#count(item, 1);
    this.#dropOldest();
  }

  #dropOldest(): void {
    const { maxSpans, maxBytes } = this.#limits;
    while (this.#spans > maxSpans || this.#bytes > maxBytes) {
      const oldest = this.#exports.shift();
      if (!oldest) return;
      this.#count(oldest, -1);
      this.#droppedSpans += oldest.spanCount;
    }
  }

  #count(item: WaitingExport, sign: 1 | -1): void {
    this.#spans += sign * item.spanCount;
    this.#bytes += sign * cost(item);
  }
}

/** A small body may keep a whole slab of Node's buffer pool alive. */
function cost({ body }: WaitingExport): number {
  return Math.max(body.length, Buffer.poolSize);
}
