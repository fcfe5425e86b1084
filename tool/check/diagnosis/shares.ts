import type { AppRun, Evidence } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { keptOf, requestsWithParent, rootRequests } from '../sampled-run.ts';

export interface Shares {
  readonly none: number;
  readonly some: number;
  readonly all: number;
}

export const setting = 'OTEL_TRACES_SAMPLER_ARG';

/** How mends write it. */
export const samplerGiven = 'new NodeTracerProvider({ resource, sampler, spanProcessors: [ … ] })';
export const sixArguments = 'context, traceId, name, kind, attributes, links';

export const withRatio = ({ runs }: Evidence, ratio: string) =>
  runs.filter(({ label }) => label === `${setting}=${ratio}`);

export const isUnset = ({ label }: AppRun) => label === `${setting} is not set`;

/** Which share of the requests that the app decides about was kept, with the ratio 0, 0.25 and 1. */
export function shares(evidence: Evidence): Shares | undefined {
  const [none, some, all] = ['0', '0.25', '1'].map((ratio) => shareOf(withRatio(evidence, ratio)));
  if (none === undefined || some === undefined || all === undefined) return undefined;
  return { none, some, all };
}

export function shareOf(runs: readonly AppRun[]): number | undefined {
  const roots = runs.flatMap(rootRequests);
  return roots.length > 0 ? keptRoots(runs).length / roots.length : undefined;
}

export function keptRoots(runs: readonly AppRun[]): Exchange[] {
  return runs.flatMap((run) => keptOf(run, rootRequests(run)));
}

/** Requests whose caller has decided, and of which the app decided otherwise. */
export const unsampledKept = ({ runs }: Evidence) =>
  runs.flatMap((run) => keptOf(run, requestsWithParent(run, 'unsampled')));
export const sampledLost = ({ runs }: Evidence) =>
  runs.flatMap((run) => {
    const followed = requestsWithParent(run, 'sampled');
    const kept = keptOf(run, followed);
    return followed.filter((request) => !kept.includes(request));
  });

/** Whether what the callers sampled is lost, all of it, and what they did not sample is kept. */
export function turnsDecisions({ runs }: Evidence): boolean {
  const sampled = runs.flatMap((run) => requestsWithParent(run, 'sampled'));
  const unsampled = runs.flatMap((run) => requestsWithParent(run, 'unsampled'));
  return (
    sampled.length > 0 &&
    sampledLost({ runs }).length === sampled.length &&
    unsampledKept({ runs }).length === unsampled.length
  );
}

export const healthSpans = ({ runs }: Evidence) =>
  runs
    .flatMap((run) => run.spans)
    .filter(
      ({ kind, attributes }) =>
        attributes['http.route'] === '/healthz' ||
        (kind === 'SERVER' && attributes['url.path'] === '/healthz'),
    );

export const pathOf = ({ path }: Exchange) => path.split('?')[0];

/** In which lives it is so, where not in all of them. */
export function where({ runs }: Evidence, isSo: (run: AppRun) => boolean): string {
  const those = runs.filter(isSo);
  return those.length < runs.length ? ` (where ${those.map(({ label }) => label).join(', and where ')})` : '';
}
