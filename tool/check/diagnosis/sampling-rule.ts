import type { Evidence } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { keptOf, requestsWithParent, rootRequests } from '../sampled-run.ts';
import { nameOf } from '../shop-exchanges.ts';
import type { Diagnosis } from './diagnosis.ts';
import {
  healthSpans,
  isUnset,
  keptRoots,
  pathOf,
  sampledLost,
  setting,
  sixArguments,
  where,
  withRatio,
} from './shares.ts';

export const ruleTooBroad: Diagnosis = {
  id: 'rule-too-broad',
  explain: (evidence) => {
    const runs = withRatio(evidence, '1');
    const roots = runs.flatMap(rootRequests);
    const kept = keptRoots(runs);
    const lost = [...Map.groupBy(roots, kindOf)].filter(
      ([, requests]) => !requests.some((one) => kept.includes(one)),
    );
    if (keptRoots(evidence.runs).length === 0 && sampledLost(evidence).length > 0)
      return nothingPasses(evidence);
    const byQuery = onlyByQuery(
      roots.filter((one) => !kept.includes(one)),
      evidence,
    );
    if (byQuery) {
      return {
        cause: `With ${setting}=1 ${nameOf(byQuery)} is not exported, and other requests of ${kindOf(byQuery)} are: the rule found "healthz" in the query.`,
        mend: "Let the rule look at the path alone, without the query: attributes['url.path'] === '/healthz' in shouldSample(), or request.url?.split('?')[0] === '/healthz' in ignoreIncomingRequestHook.",
      };
    }
    const lostRequests = lost.flatMap(([, requests]) => requests);
    // One trace that a small ratio keeps is no rule.
    if (kept.length < 3 || lost.length === 0 || kept.length + lostRequests.length < roots.length)
      return undefined;
    return {
      cause: kept.some(({ method }) => method === 'GET')
        ? `With ${setting}=1 no trace of ${lost.map(([kind]) => kind).join(', ')} is exported, and every other is: the rule catches more than health checks.`
        : 'Not one GET request is exported, and POST requests are: when a sampler is asked, the name of every SERVER span of a GET request is still "GET".',
      mend: "Let the rule look at the path: attributes['url.path'] === '/healthz' in shouldSample(), or request.url?.split('?')[0] === '/healthz' in ignoreIncomingRequestHook, which gives true for what is left out.",
    };
  },
};

/** The first of the requests that are lost, where nothing but their query can be why. */
function onlyByQuery(lost: readonly Exchange[], evidence: Evidence): Exchange | undefined {
  return lost.every((one) => isLostByQuery(one, evidence)) ? lost[0] : undefined;
}

/** Whether all others to the same path are kept, which have no "healthz" in their query as this one has. */
function isLostByQuery(request: Exchange, evidence: Evidence): boolean {
  if (!namesHealth(request)) return false;
  return [...withRatio(evidence, '1'), ...evidence.runs.filter(isUnset)].every((run) => {
    const wanted = [...rootRequests(run), ...requestsWithParent(run, 'sampled')];
    const others = wanted.filter((one) => kindOf(one) === kindOf(request) && !namesHealth(one));
    return others.length > 0 && keptOf(run, others).length === others.length;
  });
}

const namesHealth = ({ path }: Exchange) => path.includes('healthz');

function nothingPasses(evidence: Evidence) {
  const only = healthSpans(evidence).length > 0;
  return {
    cause: only
      ? 'Only /healthz is exported, and nothing else, not even what its caller sampled: the rule is the wrong way round.'
      : 'Nothing at all is exported, with any ratio, not even what its caller sampled: the rule catches every span, as with = in place of ===, or no ParentBasedSampler asks the caller.',
    mend: "Let the rule catch one path alone: if (attributes['url.path'] === '/healthz') …, and leave everything else to the ParentBasedSampler; ignoreIncomingRequestHook gives true for that path and false for all others.",
  };
}

/** Method and path, by which a rule could tell a request from others. */
const kindOf = (request: Exchange) => `${request.method} ${pathOf(request)}`;

export const healthChecksKept: Diagnosis = {
  id: 'health-checks-kept',
  explain: (evidence) => {
    const spans = healthSpans(evidence);
    if (spans.length === 0) return undefined;
    if (!spans.some(({ kind }) => kind === 'SERVER')) {
      return {
        cause:
          'The SERVER span of /healthz is gone, and what is inside of it still arrives: it was dropped on the way, or its children are not decided about by their parent.',
        mend: 'Let the sampler answer NOT_RECORD for /healthz: then a ParentBasedSampler answers the same for what is inside.',
      };
    }
    return {
      cause: `The SERVER span of /healthz arrives${where(evidence, (run) => healthSpans({ runs: [run] }).length > 0)}: no rule caught it when the sampler was asked, or the rule did not answer NOT_RECORD, or the provider was given another sampler than the one with the rule. At that moment its name is "GET" and there is no http.route, for the route is not known yet; http.target and http.url are names of the past.`,
      mend: `In shouldSample(), before anything else returns: if (attributes['url.path'] === '/healthz') return { decision: SamplingDecision.NOT_RECORD }. attributes is the fifth of its six arguments: ${sixArguments}. Where the rule is in HttpInstrumentation, it is ignoreIncomingRequestHook: (request) => request.url?.split('?')[0] === '/healthz', and gives true for what is left out.`,
    };
  },
};
