import { defaultDeadlineMs } from '../deadlines.ts';
import type { AppRun, Evidence } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';

/** How the step would have the deadline read. */
export const deadlineSetting = `Number(process.env.UPSTREAM_TIMEOUT_MS ?? ${defaultDeadlineMs})`;

export const rejectedAtOnce =
  'setTimeout(reject(…), ms) calls reject() before any time has passed: write setTimeout(() => reject(…), ms). Without the ms it waits for 1.';

/** Paths of an upstream that never comes to an end. */
export const endless = ['/hang', '/stall', '/drip'];

/** The run whose deadline is short and whose upstream never comes to an end. */
export const hastyRun = ({ runs }: Evidence) =>
  runs.find(({ label }) => label.startsWith('UPSTREAM_TIMEOUT_MS='));
export const deadlineOf = ({ label }: AppRun) => Number(label.split('=')[1]);

/** The one that has the deadline that the app has by itself; where it was tried again, the last, which is judged. */
export const patientRun = ({ runs }: Evidence) =>
  runs.findLast(({ label }) => label === 'an upstream in time');

export const callsOf = (run: AppRun | undefined, path: string) =>
  run?.exchanges.filter((request) => request.path === `/fetch-external?from=${path}`) ?? [];

/** Whether a call of the path came to the upstream at all. */
export const wasCalled = (run: AppRun | undefined, path: string) =>
  run?.upstream.some((call) => call.path === path) ?? false;

/** The one that counts, where a busy machine had it tried again. */
export const lastCallOf = (run: AppRun | undefined, path: string) => callsOf(run, path).at(-1);

/**
 * A call of the path that the shop neither answered nor gave up for as long as its caller had patience. Durations are
 * compared, since the clocks of the two drift apart while a laptop sleeps.
 */
export function endlessly(run: AppRun | undefined, path: string): Exchange | undefined {
  const calls = run?.upstream.filter((call) => call.path === path) ?? [];
  const longestMs = Math.max(...calls.map(({ startedAt, closedAt = Infinity }) => closedAt - startedAt));
  return callsOf(run, path).find(
    // Some time passed before the upstream was called.
    ({ outcome, durationMs }) => outcome.kind === 'no-answer' && longestMs > durationMs / 2,
  );
}
