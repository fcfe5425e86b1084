export interface Patience {
  readonly boundMs: number;
  /** When the waiting began, as `performance.now()`. */
  readonly begunAt: number;
  /** When the app last showed that it is at work, in the same way. */
  readonly lastSignAt?: number | undefined;
}

/**
 * How many milliseconds are left to wait for an app: the bound, counted from its last sign, and three bounds at most. On
 * a machine under load an app is slow, and has not hung.
 */
export function patienceLeft({ boundMs, begunAt, lastSignAt = begunAt }: Patience): number {
  const until = Math.min(Math.max(begunAt, lastSignAt) + boundMs, begunAt + 3 * boundMs);
  return until - performance.now();
}
