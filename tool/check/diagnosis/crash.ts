import { renderFailure } from '../../runner/failure.ts';
import type { AppRun, Evidence } from '../evidence.ts';
import { refusedBody } from '../shop-exchanges.ts';
import { homeOf } from './exports.ts';

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

/** A property of `process.env.NAME` that was read where the variable is not set: Node prints the line above the error. */
export function readOfUnset({ runs }: Evidence): { variable: string; property: string } | undefined {
  for (const { output } of runs.filter((run) => crashMessage(run) !== undefined)) {
    const line = output.find((_, index) => /^\s*\^+\s*$/.test(output[index + 1] ?? ''));
    const [, variable, property] =
      /\bprocess\.env(?:\.|\[['"])(\w+)(?:['"]\])?!?\.(\w+)/.exec(line ?? '') ?? [];
    const read = output.some((text) => text.includes(`of undefined (reading '${property}')`));
    if (variable && property && read) return { variable, property };
  }
  return undefined;
}

/** Whether a request failed by a slip in the code, such as a name that does not exist. */
export function slipped(run: AppRun): boolean {
  return isSlip(printedError(run).error);
}

/**
 * An error that the app printed, and the first place in its own files that its stack names: a slip in the code rather
 * than what a call failed with, and one with a place rather than one without.
 */
export function printedError({ output }: AppRun): { error?: string; place?: string } {
  const heads = output.flatMap((line, index) => (isOfApp(line) ? [index] : []));
  const printed = heads.map((head, nth) => ({
    error: output[head]?.trim() ?? '',
    ...placeIn(output.slice(head + 1, heads[nth + 1])),
  }));
  const placed = printed.filter(({ place }) => place);
  return placed.find(({ error }) => isSlip(error)) ?? placed[0] ?? printed[0] ?? {};
}

const errorHead = /^\s*(\w*Error|DOMException)\b/;
/** What the check's own request with a broken body has express.json() say is no error of the app. */
const isOfApp = (line: string) => errorHead.test(line) && !line.includes(refusedBody);
const isSlip = (error = '') => /^(Reference|Type|Syntax)Error\b/.test(error);

function placeIn(stack: readonly string[]): { place?: string } {
  const own = stack.find((line) => /^\s*at .*\.ts:\d+/.test(line) && !/node_modules/.test(line));
  const place = own?.match(/([\w-]+\.ts:\d+)/)?.[1];
  return place ? { place } : {};
}

/** Where an error says that a name is not defined, or not yet; whether an import of it is there, no evidence shows. */
export function mendOfReference(error: string): string | undefined {
  const [, early] = /\bCannot access '(\S+)' before initialization/.exec(error) ?? [];
  if (early)
    return `Declare ${early} above the line that uses it${homeOf(early) ? ', and under another name than the import has' : ''}.`;
  const [, name] = /\bReferenceError: (\S+) is not defined/.exec(error) ?? [];
  if (!name) return undefined;
  if (/in ES module scope/.test(error))
    return `${name} belongs to CommonJS, and this is an ES module: write import { … } from '…' in place of require(), export in place of module.exports, and import.meta.url or import.meta.dirname in place of __filename and __dirname.`;
  if (/^(error|err|e|ex)$/.test(name))
    return `An error has its name where it is handed over: catch (${name}) { … }, and not catch { … }; (${name}) => … in a callback.`;
  if (name === 'TimeoutError' || name === 'AbortError')
    return `There is no such class to compare with, only a name: error instanceof Error && error.name === '${name}'.`;
  return `Write the name as it was declared, or import ${name} at the top of that file. An import with the word type is gone when the app runs: where ${name} is in one, take the word type away.`;
}

function isSilent({ exit }: AppRun): boolean {
  return exit?.failure === undefined;
}

export const mendOfMissingAttribute =
  "A span has only some of the attributes: attributes['url.path'] === '/healthz' is right for all of them.";
