import type { Evidence } from '../evidence.ts';
import * as abort from './abort.ts';
import * as answer from './answer.ts';
import * as app from './app.ts';
import * as brokenTraces from './broken-traces.ts';
import * as callerStatus from './caller-status.ts';
import * as database from './database.ts';
import * as deadline from './deadline.ts';
import * as deadlineLength from './deadline-length.ts';
import type { Diagnosis, Explanation } from './diagnosis.ts';
import * as exporting from './export.ts';
import * as instrumentation from './instrumentation.ts';
import * as logLine from './log-line.ts';
import * as oldApi from './old-api.ts';
import * as outgoing from './outgoing.ts';
import * as passedOn from './passed-on.ts';
import * as provider from './provider.ts';
import * as queryDescription from './query-description.ts';
import * as queryError from './query-error.ts';
import * as queryRun from './query-run.ts';
import * as querySpan from './query-span.ts';
import * as ratio from './ratio.ts';
import * as sampling from './sampling.ts';
import * as samplingCrash from './sampling-crash.ts';
import * as samplingRule from './sampling-rule.ts';
import * as serverSpan from './server-span.ts';
import * as setup from './setup.ts';
import * as timing from './timing.ts';
import * as user from './user.ts';
import * as userOfAnother from './user-of-another.ts';

const groups = [
  logLine,
  timing,
  provider,
  exporting,
  instrumentation,
  serverSpan,
  outgoing,
  setup,
  user,
  userOfAnother,
  database,
  querySpan,
  queryRun,
  queryDescription,
  queryError,
  sampling,
  samplingCrash,
  samplingRule,
  brokenTraces,
  ratio,
  deadline,
  deadlineLength,
  abort,
  callerStatus,
  passedOn,
  oldApi,
  app,
  answer,
];
const catalogue: readonly Diagnosis[] = groups.flatMap((group) => Object.values<Diagnosis>(group));

/** Without an app that runs, nothing else can be said. */
const first = [
  'wrong-protocol',
  'old-api',
  'hook-not-found',
  'package-not-installed',
  'class-not-instance',
  'sampler-answers-nothing',
  'class-of-sdk-3',
  'type-imported-as-value',
  'ratio-refused',
  'app-never-listened',
  'app-crashed',
];
const last = [
  'old-api',
  'class-not-instance',
  'sampler-answers-nothing',
  'app-crashed',
  'request-fails',
  'answered-twice',
  'app-froze',
];

export const diagnosisIds: readonly string[] = [...new Set(catalogue.map(({ id }) => id))];

/** The first diagnosis among the candidates that the evidence shows; null when none does. */
export function diagnose(
  evidence: Evidence,
  candidates: readonly string[],
): (Explanation & { id: string }) | null {
  const started = evidence.runs.length > 0 && evidence.runs.every((run) => run.start?.outcome === 'ready');
  const ids = started ? [...candidates, ...last] : first;
  for (const id of ids) {
    for (const diagnosis of catalogue.filter((one) => one.id === id)) {
      const explanation = diagnosis.explain(evidence);
      if (explanation) return { id, ...explanation };
    }
  }
  return null;
}
