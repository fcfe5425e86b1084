import { type Evidence, told } from '../evidence.ts';
import { crashMessages } from './crash.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What the packages that tutorials name, and the workshop does not install, are here. */
const instead: Readonly<Record<string, string>> = {
  '@opentelemetry/sdk-node':
    "Make a NodeTracerProvider from '@opentelemetry/sdk-trace-node', as step 2 does; instrumentations go to registerInstrumentations({ instrumentations: [ … ] }).",
  '@opentelemetry/auto-instrumentations-node':
    "Name the two that the shop needs: HttpInstrumentation from '@opentelemetry/instrumentation-http' and ExpressInstrumentation from '@opentelemetry/instrumentation-express'.",
};

export const packageNotInstalled: Diagnosis = {
  id: 'package-not-installed',
  explain: (evidence) => {
    const [, name] = /Cannot find package '(@opentelemetry\/[\w-]+)/.exec(crash(evidence)) ?? [];
    if (!name) return undefined;
    return {
      cause: `${crash(evidence)} The workshop does not install it: it sets OpenTelemetry up from its parts.`,
      mend: instead[name] ?? 'Take a package that package.json lists.',
    };
  },
};

export const hookNotFound: Diagnosis = {
  id: 'hook-not-found',
  explain: (evidence) => {
    const message = crash(evidence);
    const withoutParent = /specifier "(.+?)" from "data:"/.exec(message);
    if (!withoutParent && !/(instrumentation|import-in-the-middle)\/\S*hook/.test(message)) return undefined;
    return {
      cause: withoutParent
        ? `register() cannot find ${withoutParent[1]}: it was not told from where to look.`
        : `register() cannot find the hook. ${message}`,
      mend: "Write register('@opentelemetry/instrumentation/hook.mjs', import.meta.url).",
    };
  },
};

export const classNotInstance: Diagnosis = {
  id: 'class-not-instance',
  explain: (evidence) => {
    const message = crash(evidence);
    const [, what] = /\b(instrumentation|spanProcessor)\.\w+ is not a function/.exec(message) ?? [];
    if (!what) return undefined;
    return {
      cause: `Where OpenTelemetry expects ${what === 'instrumentation' ? 'an instrumentation' : 'a span processor'} it got something else, such as the class itself in place of an object made from it. ${message}`,
      mend:
        what === 'instrumentation'
          ? 'Write new HttpInstrumentation() and new ExpressInstrumentation( … ).'
          : 'Write new UserSpanProcessor().',
    };
  },
};

export const instrumentApp: Diagnosis = {
  id: 'old-api',
  explain: (evidence) => {
    const message = crash(evidence);
    if (!/\.instrument\w* is not a function/.test(message)) return undefined;
    return {
      cause: `instrument(app) is how other languages do it; in JavaScript an instrumentation patches the module as it is loaded.\n${message}`,
      mend: 'Leave app.ts as it is, and give the instrumentation to registerInstrumentations({ instrumentations: [ … ] }) in tracing.ts.',
    };
  },
};

/** The error that ended the app, before it listened or at a request; empty where none did. */
function crash(evidence: Evidence): string {
  const { runs } = evidence;
  if (runs.some(({ start }) => start?.outcome === 'ended')) return crashMessages(evidence)[0] ?? '';
  const died = runs.find((run) => run.exchanges.some(({ outcome }) => outcome.kind === 'failed'));
  return (died && told(died, 'uncaught')[0]?.message) ?? '';
}
