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

/** Whether a request failed by a slip in the code, such as a name that does not exist. */
export function slipped(run: AppRun): boolean {
  return /^(Reference|Type)Error\b/.test(printedError(run).error ?? '');
}

/** The first error that the app printed, and the first place in its own files that the stack names. */
export function printedError({ output }: AppRun): { error?: string; place?: string } {
  const at = output.findIndex((line) => /^\w*Error\b/.test(line.trim()));
  if (at < 0) return {};
  const error = output[at]?.trim() ?? '';
  const own = output
    .slice(at + 1)
    .find((line) => /^\s*at .*\.ts:\d+/.test(line) && !/node_modules/.test(line));
  const place = own?.match(/([\w-]+\.ts:\d+)/)?.[1];
  return { error, ...(place && { place }) };
}

function isSilent({ exit }: AppRun): boolean {
  return exit?.failure === undefined;
}
