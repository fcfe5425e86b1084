import type { Evidence } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { rootRequests } from '../sampled-run.ts';
import type { Diagnosis } from './diagnosis.ts';
import { healthSpans, keptRoots, pathOf, sampledLost, setting, where, withRatio } from './shares.ts';

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
    const lostCount = lost.flatMap(([, requests]) => requests).length;
    // One trace that a small ratio keeps is no rule.
    if (kept.length < 3 || lost.length === 0 || kept.length + lostCount < roots.length) return undefined;
    return {
      cause: kept.some(({ method }) => method === 'GET')
        ? `With ${setting}=1 no trace of ${lost.map(([kind]) => kind).join(', ')} is exported, and every other is: the rule catches more than health checks.`
        : 'Not one GET request is exported, and POST requests are: when a sampler is asked, the name of every SERVER span of a GET request is still "GET".',
      mend: "Let the rule look at the path: attributes['url.path'] === '/healthz'.",
    };
  },
};

function nothingPasses(evidence: Evidence) {
  const only = healthSpans(evidence).length > 0;
  return {
    cause: only
      ? 'Only /healthz is exported, and nothing else, not even what its caller sampled: the rule is the wrong way round.'
      : 'Nothing at all is exported, with any ratio, not even what its caller sampled: the rule catches every span, as with = in place of ===, or no ParentBasedSampler asks the caller.',
    mend: "Let the rule catch one path alone: if (attributes['url.path'] === '/healthz') …, and leave everything else to the ParentBasedSampler.",
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
      cause: `The SERVER span of /healthz arrives${where(evidence, (run) => healthSpans({ runs: [run] }).length > 0)}: no rule caught it when the sampler was asked, or the rule did not answer NOT_RECORD. At that moment its name is "GET" and there is no http.route, for the route is not known yet; http.target and http.url are names of the past.`,
      mend: "In shouldSample(): if (attributes['url.path'] === '/healthz') return { decision: SamplingDecision.NOT_RECORD }.",
    };
  },
};
