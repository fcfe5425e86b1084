import { setTimeout as delay } from 'node:timers/promises';
import { probeOtlp } from '../relay/probe.ts';
import type { Address } from './setups.ts';

const ANSWER_MS = 2000;
const POLL_MS = 500;

/**
 * Waits until something answers at every address. Gives those that do not, after `boundMs` or when the signal aborts.
 * Not left to `up --wait`, which podman-compose has had only since 1.6, and which ends well there when a service is unhealthy.
 */
export async function untilAllAnswer(
  addresses: readonly Address[],
  { boundMs, signal }: { boundMs: number; signal: AbortSignal },
): Promise<readonly Address[]> {
  const deadline = performance.now() + boundMs;
  for (let silent = addresses; ; ) {
    const answers = await Promise.all(silent.map(({ url }) => answersAt(url)));
    silent = silent.filter((_, at) => !answers[at]);
    if (silent.length === 0 || signal.aborted || performance.now() > deadline) return silent;
    await delay(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

/** Over HTTP with any answer but a failure of its own, or as an OTLP/gRPC receiver. */
async function answersAt(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'manual' });
    return status < 500;
  } catch {
    const backend = { endpoint: url, address: url, local: true };
    return (await probeOtlp(backend, ANSWER_MS)) !== 'other';
  }
}
