/** What keeps the receiver's memory bounded, whatever arrives. */
export interface Limits {
  /** Of one export, before and after decompression. */
  readonly maxMessageBytes: number;
  /** Of all exports that are still arriving, together. */
  readonly maxArrivingBytes: number;
  /** From the first byte of a request to its last. */
  readonly requestMs: number;
  /** From connecting to the first bytes. */
  readonly silenceMs: number;
  /** HTTP/1 connections end when no whole request came for so long. */
  readonly keepAliveMs: number;
  /** Connections of a port that have sent nothing yet; the oldest is dropped first. */
  readonly maxSilentConnections: number;
  /** Connections of a port that have; the one unused for longest is dropped first. */
  readonly maxConnections: number;
}

export const DEFAULT_LIMITS: Limits = {
  // What a gRPC server, and so the Collector, takes where nothing else is set.
  maxMessageBytes: 4 * 1024 * 1024,
  maxArrivingBytes: 32 * 1024 * 1024,
  requestMs: 10_000,
  silenceMs: 10_000,
  keepAliveMs: 60_000,
  maxSilentConnections: 256,
  maxConnections: 512,
};

/** An amount that many share: take what you need, give it back after. */
export class Budget {
  #left: number;

  constructor(amount: number) {
    this.#left = amount;
  }

  /** False, with nothing taken, when there is not enough left. */
  take(amount: number): boolean {
    if (amount > this.#left) return false;
    this.#left -= amount;
    return true;
  }

  give(amount: number): void {
    this.#left += amount;
  }
}
