import type { AppRun } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { type TimingLine, timingLineOf } from '../timing-line.ts';

export type About = readonly [request: Exchange, line: TimingLine];

export const closeAlone =
  "Print in res.once('close', …) and nowhere else: it comes once for every response, also for an aborted one, and only when it is over.";

export function linesByRequest({ output, exchanges }: AppRun): About[] {
  return exchanges.flatMap((request) => {
    const line = timingLineOf(output, request, exchanges);
    return line ? [[request, line]] : [];
  });
}

/** What the app printed about the requests, in whatever shape. */
export function linesAboutRequests({ output }: AppRun): string[] {
  // Without Node's own warnings.
  return output.filter((line) => /\b(GET|POST)\b/i.test(line) && !line.startsWith('(node:'));
}

/** What the app printed beside that, without what it says of itself and of its errors. */
export function otherLines({ output }: AppRun): string[] {
  const known = /^The shop is open|^\(node:|^\s|^\w*Error\b|^[\W_]*$|\$\{/;
  return output.filter((line) => !known.test(line) && !/\b(GET|POST)\b/i.test(line));
}
