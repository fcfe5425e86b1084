import { type Evidence, told } from '../evidence.ts';
import { crashMessages } from './crash.ts';
import type { Diagnosis } from './diagnosis.ts';
import { nearestPackage } from './exports.ts';

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
    const near = nearestPackage(name);
    if (near && !instead[name]) {
      return {
        cause: `${crash(evidence)} There is none of that name.`,
        mend: `The name nearest to it is ${near}.`,
      };
    }
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
    if (/returned for the "url" from the "resolve" hook but got undefined/.test(message)) {
      return {
        cause: `hook.mjs is made for register(), and registerHooks() cannot use it. ${message}`,
        mend: "Write register('@opentelemetry/instrumentation/hook.mjs', import.meta.url). Node 26 warns of register(), and it works all the same.",
      };
    }
    const elsewhere = /^(?!tracing\.ts)[\w-]+\.ts:\d+/.test(message);
    const badParent = /Invalid URL/.test(message) && !elsewhere && namesHook(evidence);
    if (badParent) {
      return {
        cause: `register() was told from where to look by something that is no URL. ${message}`,
        mend: "Write register('@opentelemetry/instrumentation/hook.mjs', import.meta.url): import.meta.dirname is a path.",
      };
    }
    if (!withoutParent && !/(instrumentation[\w-]*|import-in-the-middle)\/\S*hook/.test(message))
      return undefined;
    if (withoutParent?.[1] === 'undefined') {
      return {
        cause: 'register() was not told what to register: it was called without arguments.',
        mend: "Write register('@opentelemetry/instrumentation/hook.mjs', import.meta.url).",
      };
    }
    return {
      cause: withoutParent
        ? `register() cannot find ${withoutParent[1]}: it was not told from where to look.`
        : `register() cannot find the hook. ${message}`,
      mend: "Write register('@opentelemetry/instrumentation/hook.mjs', import.meta.url).",
    };
  },
};

function namesHook({ runs }: Evidence): boolean {
  return runs.some((run) =>
    told(run, 'hook').some(({ specifier }) => /instrumentation.*hook/.test(specifier)),
  );
}

const theClass = 'the class itself in place of an object made from it';

const expectedParts: Readonly<
  Record<string, { readonly what: string; readonly got?: string; readonly mend: string }>
> = {
  instrumentation: {
    what: 'an instrumentation',
    mend: 'Write new HttpInstrumentation() and new ExpressInstrumentation( … ), the options inside of its parentheses.',
  },
  spanProcessor: {
    what: 'a span processor',
    mend: 'Write new UserSpanProcessor(), and name its method onStart().',
  },
  _sampler: {
    what: 'a sampler, an object with shouldSample(),',
    got: `${theClass}, or one whose method has another name`,
    mend: 'In sampling.ts: export const sampler = new NoHealthChecks(). The method of the class must be called shouldSample().',
  },
  _root: {
    what: 'the root sampler of a ParentBasedSampler',
    got: `${theClass}, or the ratio alone`,
    mend: 'In sampling.ts make it with new: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }).',
  },
};

export const classNotInstance: Diagnosis = {
  id: 'class-not-instance',
  explain: (evidence) => {
    const message = crash(evidence);
    const [, part = '', method] =
      /\b(instrumentation|spanProcessor|_sampler|_root)\.(\w+) is not a function/.exec(message) ?? [];
    const expected = expectedParts[part];
    if (!expected) return undefined;
    if (part === 'spanProcessor' && method !== 'onStart') {
      return {
        cause: `A span processor has no ${method}(), and OpenTelemetry calls it. ${message}`,
        mend: 'It takes four methods: onStart(), onEnd(), forceFlush() and shutdown(). Those with nothing to do are empty; the last two are async.',
      };
    }
    const got = part === 'instrumentation' && bothCreated(evidence) ? besideThem : (expected.got ?? theClass);
    return {
      cause: `Where OpenTelemetry expects ${expected.what} it got something else, such as ${got}. ${message}`,
      mend: expected.mend,
    };
  },
};

const besideThem = 'options that stand beside new ExpressInstrumentation() in the list';

function bothCreated({ runs }: Evidence): boolean {
  const created = new Set(runs.flatMap((run) => told(run, 'created')).map(({ name }) => name));
  return ['http', 'express'].every((name) => created.has(`@opentelemetry/instrumentation-${name}`));
}

export const samplerAnswersNothing: Diagnosis = {
  id: 'sampler-answers-nothing',
  explain: (evidence) => {
    const message = crash(evidence);
    if (!/of (undefined|null) \(reading 'decision'\)/.test(message)) return undefined;
    return {
      cause: `A span was about to start, and shouldSample() returned nothing. ${message}`,
      mend: 'Return a decision on every path: return this.#others.shouldSample(context, traceId, name, kind, attributes, links).',
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

export const providerWithoutRegister: Diagnosis = {
  id: 'old-api',
  explain: (evidence) => {
    const message = crash(evidence);
    if (!/provider\.register is not a function/i.test(message)) return undefined;
    return {
      cause: `register() is a method of NodeTracerProvider alone: BasicTracerProvider had it before 2.0, and the TracerProvider of SDK 3 is registered otherwise.\n${message}`,
      mend: "new NodeTracerProvider( … ), from '@opentelemetry/sdk-trace-node'.",
    };
  },
};

const incomplete = /[pP]rocessor\w*\.(onStart|onEnd|shutdown|forceFlush) is not a function/;

export const processorIncomplete: Diagnosis = {
  id: 'processor-incomplete',
  explain: (evidence) => {
    const message = [crash(evidence), ...crashMessages(evidence)].find((one) => incomplete.test(one));
    const [, method] = incomplete.exec(message ?? '') ?? [];
    if (!method) return undefined;
    return {
      cause: `The provider calls ${method}() of every span processor, and one has no such method: what the others still held is lost.`,
      mend: 'Keep all four methods in the class: onStart, onEnd, forceFlush and shutdown. The last two return Promise.resolve().',
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
