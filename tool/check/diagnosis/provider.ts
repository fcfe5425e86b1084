import { durationMs, type Span } from '../../trace/span.ts';
import { type AppRun, type Evidence, loaded, neverEnded, told } from '../evidence.ts';
import { jsonOf } from '../expectations.ts';
import { aheadByChanceMs, begunAheadMs } from '../seeding.ts';
import type { Diagnosis } from './diagnosis.ts';

const registered = (run: AppRun) => told(run, 'registered').some(({ what }) => what === 'trace');
/** The first of those that sent most: an app that loses its spans when it ends is judged by the life in which it ran on. */
const tellingRun = ({ runs }: Evidence) => runs.toSorted((a, b) => b.spans.length - a.spans.length)[0];
const nothingArrived = (run: AppRun | undefined): run is AppRun =>
  run !== undefined && run.spans.length === 0;
const spansNamed = (run: AppRun | undefined, name: string) =>
  run?.spans.filter((span) => span.name === name) ?? [];

export const tracingNotLoaded: Diagnosis = {
  id: 'tracing-not-loaded',
  explain: (evidence) => {
    const run = tellingRun(evidence);
    if (!nothingArrived(run) || registered(run) || loaded(run, '@opentelemetry/sdk-trace-base'))
      return undefined;
    return {
      cause: `The app ran without OpenTelemetry's SDK: tracing.ts is empty, or what you wrote is in a file that nobody loads.${printed(run)}`,
      mend: "Write the set-up in the step's own tracing.ts; the app is started with --import ./tracing.ts.",
    };
  },
};

export const providerNotRegistered: Diagnosis = {
  id: 'provider-not-registered',
  explain: (evidence) => {
    const run = [tellingRun(evidence), ...evidence.runs].find((one) => one && !registered(one));
    if (!run || !loaded(run, '@opentelemetry/sdk-trace-base')) return undefined;
    return {
      cause: nothingArrived(run)
        ? `The SDK is loaded, and no tracer provider is registered: every span of the app's is a no-op.${printed(run)}`
        : 'Some spans are made by a provider that is not registered: those of trace.getTracer() are no-ops, and none finds its parent.',
      mend: 'Call provider.register() in tracing.ts as that file is loaded: not in a function that nobody calls, in a handler or in a timer.',
    };
  },
};

export const serviceNameMissing: Diagnosis = {
  id: 'service-name-missing',
  explain: (evidence) => {
    const attributes = tellingRun(evidence)?.spans[0]?.resource.attributes;
    const name = attributes?.['service.name'];
    if (name !== undefined && !String(name).startsWith('unknown_service')) return undefined;
    if (nothingArrived(tellingRun(evidence))) return undefined;
    if (attributes && 'service.version' in attributes) {
      return {
        cause: `The spans come from the service ${name ?? 'without a name'}: your resource arrives, and its name does not. The attribute is called otherwise, its value is undefined, or defaultResource() is merged into yours and overwrites it.`,
        mend: "defaultResource().merge(resourceFromAttributes({ 'service.name': 'shop', … })): what is merged in wins, unless its value is undefined.",
      };
    }
    const own = Object.keys(attributes ?? {}).filter(
      (key) => key !== 'service.name' && !key.startsWith('telemetry.'),
    );
    return {
      cause: `The spans come from the service ${name ?? 'without a name'}: ${own.length > 0 ? `your resource says ${own.join(', ')}, and no service.name` : 'no resource of yours reaches the provider'}.`,
      mend: "Give resourceFromAttributes({ 'service.name': 'shop', … }) to new NodeTracerProvider({ resource }). What merge() returns is a new resource: the one that it is called on stays as it is.",
    };
  },
};

export const oldResourceAttribute: Diagnosis = {
  id: 'old-api',
  explain: (evidence) => {
    const attributes = tellingRun(evidence)?.spans[0]?.resource.attributes ?? {};
    if (!('deployment.environment' in attributes) || 'deployment.environment.name' in attributes)
      return undefined;
    return {
      cause: 'deployment.environment is the old name of the attribute.',
      mend: 'Write deployment.environment.name.',
    };
  },
};

export const resourceIncomplete: Diagnosis = {
  id: 'resource-incomplete',
  explain: (evidence) => {
    const attributes = tellingRun(evidence)?.spans[0]?.resource.attributes;
    const wanted = ['service.name', 'service.version', 'deployment.environment.name'];
    const missing = wanted.filter((key) => attributes && !attributes[key]);
    const odd = wanted.find((key) => attributes?.[key] && typeof attributes[key] !== 'string');
    if (missing.length === 0 && odd) {
      const value = attributes?.[odd];
      const number = typeof value === 'number';
      return {
        cause: `${odd} is ${JSON.stringify(value)}, which is no text${number ? ': a version such as 1.10 would be 1.1' : ''}.`,
        mend: `Put it into quotes: '${odd}': ${odd === 'service.version' ? "'1.0.0'" : "'…'"}.`,
      };
    }
    const hollow = wanted.find((key) =>
      /^(undefined|null|\[object Object\])$/.test(String(attributes?.[key])),
    );
    if (missing.length === 0 && hollow) {
      return {
        cause: `${hollow} is the text "${attributes?.[hollow]}": a value that is not there was made into a text.`,
        mend: "Say what it is where there is none, without quotes around it: process.env.NODE_ENV ?? 'development'.",
      };
    }
    if (missing.length === 0) return undefined;
    const empty = missing.filter((key) => attributes && key in attributes);
    return {
      cause:
        empty.length > 0
          ? `The resource has an empty ${empty.join(' and an empty ')}.`
          : `The resource has no ${missing.join(' and no ')}. It has ${Object.keys(attributes ?? {}).join(', ')}.`,
      mend: `Add ${missing.map((key) => `'${key}': '…'`).join(', ')} to resourceFromAttributes({ … }). Where it is there already, its value is undefined: put ?? '…' behind what is read from process.env.`,
    };
  },
};

export const spanNeverEnded: Diagnosis = {
  id: 'span-never-ended',
  explain: ({ runs }) => {
    const [open] = runs.filter(({ stopped }) => stopped && !stopped.killed).flatMap(neverEnded);
    if (!open) return undefined;
    return {
      cause: `The span "${open.name}" was started and never ended, and a span that does not end is not exported.`,
      mend: 'Call span.end() in a finally block, so that it ends on every path.',
    };
  },
};

export const samplerTooEarly: Diagnosis = {
  id: 'sampler-too-early',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    // Inside of what an instrumentation leaves out, spans are suppressed, and no sampler is asked.
    const suppressing = told(run, 'created').length > 0;
    const dropped = told(run, 'span-unsampled').find(
      ({ scope, server }) => server || (scope === 'shop' && !suppressing),
    );
    if (!dropped) return undefined;
    return {
      cause: `The span "${dropped.name}" was started, and a sampler left it out: it is not recorded, and never exported.`,
      mend: 'Leave sampler out of new NodeTracerProvider({ … }) and OTEL_TRACES_SAMPLER out of the code: which traces to keep is the subject of step 6.',
    };
  },
};

/** What is patched is told at the first connection. */
function registeredLate({ testimony }: AppRun): boolean {
  const connected = testimony.findIndex(({ type }) => type === 'patched');
  const at = testimony.findIndex((one) => one.type === 'registered' && one.what === 'trace');
  return connected >= 0 && at > connected;
}

export const noSpanStarted: Diagnosis = {
  id: 'no-span-started',
  explain: (evidence) => {
    const withoutSpans = (run: AppRun | undefined) =>
      nothingArrived(run) && registered(run) && told(run, 'span-started').length === 0;
    if (evidence.runs.some((run) => withoutSpans(run) && registeredLate(run))) {
      return {
        cause:
          'A tracer provider is registered too late: the app took requests by then, and what they started are no-ops.',
        mend: 'Call provider.register() in tracing.ts as that file is loaded, not in a handler or in a timer.',
      };
    }
    if (!withoutSpans(tellingRun(evidence))) return undefined;
    return {
      cause: 'A tracer provider is registered, and the app started no span.',
      mend: "Put the work into tracer.startActiveSpan('…', (span) => { … }).",
    };
  },
};

export const seedSpanMissing: Diagnosis = {
  id: 'seed-span-missing',
  explain: (evidence) => {
    const run = tellingRun(evidence);
    if (!run || run.spans.length === 0) return undefined;
    const names = [...run.spans, ...told(run, 'span-started')].map(({ name }) => name);
    if (names.includes('seed database')) return undefined;
    const others = [...new Set(names)].filter((name) => name !== 'seed shelf');
    return {
      cause:
        others.length === 0
          ? 'Only the shelves have spans: nothing holds them together.'
          : `No span is named "seed database"; yours is named ${others.map((name) => `"${name}"`).join(', ')}.`,
      mend: "Put the loop over the shelves into tracer.startActiveSpan('seed database', (span) => { … }).",
    };
  },
};

export const seedSpanRepeated: Diagnosis = {
  id: 'seed-span-repeated',
  explain: (evidence) => {
    const seedings = spansNamed(tellingRun(evidence), 'seed database');
    const times = new Set(seedings.map(({ spanId }) => spanId)).size;
    if (times < 2) return undefined;
    if (spansNamed(tellingRun(evidence), 'seed shelf').length === 8 * times) {
      return {
        cause: `"seed database" came ${times} times, each with eight shelves: the database is opened and filled anew each time that it is asked.`,
        mend: 'Keep it, as database() did before: db ??= openDatabase().',
      };
    }
    return {
      cause: `"seed database" came ${times} times, and the database is filled once.`,
      mend: 'Put one span around the whole loop over the shelves, in seed(), which runs when the database is opened and not again.',
    };
  },
};

export const shelfSpansMissing: Diagnosis = {
  id: 'shelf-spans-missing',
  explain: (evidence) => {
    const run = tellingRun(evidence);
    const shelves = spansNamed(run, 'seed shelf');
    if (!run || spansNamed(run, 'seed database').length === 0 || shelves.length === 8) return undefined;
    return {
      cause: `${shelves.length} spans named "seed shelf" came, where there were eight before: one for each shelf.`,
      mend: 'Leave seedShelf() as it was, and call it inside the span "seed database".',
    };
  },
};

const itemsListed = (run: AppRun | undefined) => run?.exchanges.map(jsonOf).find(Array.isArray)?.length ?? 40;

export const seedingIncomplete: Diagnosis = {
  id: 'seeding-incomplete',
  explain: (evidence) => {
    const run = tellingRun(evidence);
    const items = itemsListed(run);
    const shelves = run ? told(run, 'span-started').filter(({ name }) => name === 'seed shelf').length : 0;
    if (!run || !registered(run) || items >= 40 || shelves >= 8) return undefined;
    return {
      cause: `GET /items lists ${items} items of 40: seedShelf() was called for ${shelves === 0 ? 'no shelf' : `${shelves} of eight shelves`}.`,
      mend: 'Put the whole loop over the shelves into the function that startActiveSpan() calls; startSpan() takes no function and calls none.',
    };
  },
};

export const seedingMadeAsync: Diagnosis = {
  id: 'seeding-made-async',
  explain: (evidence) => {
    const items = itemsListed(tellingRun(evidence));
    if (items >= 40) return undefined;
    return {
      cause: `GET /items lists ${items} items of 40: it was answered before the database was full, because seed() is async now and nobody waits for it.`,
      mend: 'better-sqlite3 works at once, so leave async and await away: the callback of startActiveSpan() can be an ordinary function.',
    };
  },
};

export const spanStartedEarly: Diagnosis = {
  id: 'span-started-early',
  explain: (evidence) => {
    const run = tellingRun(evidence);
    const aheadMs = run ? begunAheadMs(run) : -1;
    if (aheadMs < aheadByChanceMs) return undefined;
    return {
      cause: `The span "seed database" began ${aheadMs.toFixed(0)} ms before the request that makes the shop open its database, and so lasts as long as the shop has waited for one: it is started when the file is loaded.`,
      mend: "Start it in seed(), where the work begins: tracer.startActiveSpan('seed database', (span) => { … }).",
    };
  },
};

export const spanEndedEarly: Diagnosis = {
  id: 'span-ended-early',
  explain: (evidence) => {
    const [seeding] = spansNamed(tellingRun(evidence), 'seed database');
    const shelvesMs = total(spansNamed(tellingRun(evidence), 'seed shelf'));
    if (!seeding || total([seeding]) + 1 >= shelvesMs) return undefined;
    return {
      cause: `The span "seed database" lasted ${total([seeding]).toFixed(1)} ms, and the shelves together ${shelvesMs.toFixed(1)} ms: it ended before its work was done.`,
      mend: 'Do the work inside the function that startActiveSpan() calls, and end the span after it, in a finally block.',
    };
  },
};

export const spanNotActive: Diagnosis = {
  id: 'span-not-active',
  explain: (evidence) => {
    const run = tellingRun(evidence);
    const [seeding] = spansNamed(run, 'seed database');
    const shelves = spansNamed(run, 'seed shelf');
    if (!seeding || shelves.every(({ parentSpanId }) => parentSpanId === seeding.spanId)) return undefined;
    return {
      cause:
        'The span "seed database" was there, and was not the active one while the shelves were seeded: startSpan() alone makes no span the parent of what follows.',
      mend: "Use tracer.startActiveSpan('seed database', (span) => { … }), or context.with(trace.setSpan(context.active(), span), …).",
    };
  },
};

function total(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + (durationMs(span) ?? 0), 0);
}

/** What the app printed beside its own lines, where it may explain why something was not loaded. */
function printed(run: AppRun): string {
  const errors = run.output.filter((line) => /error|cannot|not found/i.test(line)).slice(0, 3);
  return errors.length === 0 ? '' : `\nIt printed:\n${errors.map((line) => `  ${line}`).join('\n')}`;
}
