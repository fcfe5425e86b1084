import { defaultDeadlineMs } from '../deadlines.ts';
import type { AppRun, Evidence } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';

/** How the step would have the deadline read. */
export const deadlineSetting = `Number(process.env.UPSTREAM_TIMEOUT_MS ?? ${defaultDeadlineMs})`;

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

/** The one that counts, where a busy machine had it tried again. */
export const lastCallOf = (run: AppRun | undefined, path: string) => callsOf(run, path).at(-1);

/** A call of the path that the shop neither answered nor gave up for as long as its caller had patience. */
export function endlessly(run: AppRun | undefined, path: string): Exchange | undefined {
  return callsOf(run, path).find(({ outcome, startedAt, durationMs }) => {
    if (outcome.kind !== 'no-answer') return false;
    const untilAlmost = startedAt + durationMs - 100;
    return run?.upstream.some((call) => call.path === path && (call.closedAt ?? Infinity) > untilAlmost);
  });
}
