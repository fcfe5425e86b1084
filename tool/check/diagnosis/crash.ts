import { renderFailure } from '../../runner/failure.ts';
import type { AppRun, Evidence } from '../evidence.ts';

/**
 * Why the app ended of its own accord, once for each run in which it did: what an error says first, silent ends last.
 * A run that the checker ended, because another had failed before it, is not among them.
 */
export function crashMessages({ runs }: Evidence): string[] {
  const crashed = runs.filter((run) => crashMessage(run) !== undefined);
  return crashed
    .toSorted((a, b) => Number(isSilent(a)) - Number(isSilent(b)))
    .flatMap((run) => crashMessage(run) ?? []);
}

/** Why this life of the app ended of its own accord; undefined while it did not. */
export function crashMessage({ start, exit }: AppRun): string | undefined {
  if (exit?.failure) return renderFailure(exit.failure);
  if (start?.outcome !== 'ended' || start.exit.killed) return undefined;
  return `it ended with exit code ${start.exit.code} and printed no error.`;
}

function isSilent({ exit }: AppRun): boolean {
  return exit?.failure === undefined;
}
