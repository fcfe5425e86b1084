import { defaultDeadlineMs } from '../deadlines.ts';
import { type AppRun, type Evidence, leftOpen } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';

/** How the step would have the deadline read. */
export const deadlineSetting = `Number(process.env.UPSTREAM_TIMEOUT_MS ?? ${defaultDeadlineMs})`;

/** Paths of an upstream that never comes to an end. */
export const endless = ['/hang', '/stall', '/drip'];

/** The run whose deadline is short and whose upstream never comes to an end. */
export const hastyRun = ({ runs }: Evidence) =>
  runs.find(({ label }) => label.startsWith('UPSTREAM_TIMEOUT_MS='));
export const deadlineOf = ({ label }: AppRun) => Number(label.split('=')[1]);

/** Those that have the deadline that the app has by itself. */
export const isPatient = ({ label }: AppRun) => label === 'an upstream in time';
export const patientRun = ({ runs }: Evidence) => runs.find(isPatient);

export const callsOf = (run: AppRun | undefined, path: string) =>
  run?.exchanges.filter((request) => request.path === `/fetch-external?from=${path}`) ?? [];

/** A call of the path that went on for ever, and whose caller was never answered. */
export function endlessly(run: AppRun | undefined, path: string): Exchange | undefined {
  if (!run || !leftOpen(run, path)) return undefined;
  return callsOf(run, path).find(({ outcome }) => outcome.kind === 'no-answer');
}
