import type { Span } from '../../trace/span.ts';
import { type AppRun, loaded, patched, told } from '../evidence.ts';
import { nameOf, statusOf } from '../shop-exchanges.ts';
import type { Diagnosis } from './diagnosis.ts';

const http = '@opentelemetry/instrumentation-http';
const express = '@opentelemetry/instrumentation-express';

const spansOf = (run: AppRun, scope: string) => run.spans.filter((span) => span.scope.name === scope);
const serverSpans = (run: AppRun) => run.spans.filter(({ kind }) => kind === 'SERVER');
const httpServerSpans = (run: AppRun) => spansOf(run, http).filter(({ kind }) => kind === 'SERVER');
const knowsRoutes = (run: AppRun) => serverSpans(run).some(hasRoute);
const hookRegistered = (run: AppRun) =>
  told(run, 'hook').some(({ specifier }) => /instrumentation.*hook|import-in-the-middle/.test(specifier));
const created = (run: AppRun, name: string) =>
  [...told(run, 'created'), ...told(run, 'tracer')].some((one) => one.name === name);
const startedBy = (run: AppRun, scope: string) =>
  told(run, 'span-started').filter((span) => span.scope === scope).length;

const setUp =
  'In tracing.ts call registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()] }).';

export const nothingInstrumented: Diagnosis = {
  id: 'nothing-instrumented',
  explain: ({ runs: [run] }) => {
    if (!run || created(run, http) || created(run, express) || httpServerSpans(run).length > 0)
      return undefined;
    const own = run.spans.some(({ name }) => !name.startsWith('seed '));
    return {
      cause: loaded(run, http)
        ? 'The packages of the instrumentations are loaded, and by the time of the requests none of them was made: nothing calls new HttpInstrumentation(), or only after an await.'
        : `Requests were answered, and no ${own ? 'instrumentation is loaded: what came of them are spans of your own.' : 'span of theirs came: no instrumentation is loaded.'}`,
      mend: setUp,
    };
  },
};

export const httpMissing: Diagnosis = {
  id: 'http-missing',
  explain: ({ runs: [run] }) => {
    if (!run || created(run, http) || !created(run, express)) return undefined;
    return {
      cause:
        'The instrumentation of Express is there, and the one of http is not: nobody opens a SERVER span, and outside of a request Express makes no spans.',
      mend: 'Add new HttpInstrumentation() to registerInstrumentations({ instrumentations: [ … ] }).',
    };
  },
};

/** What comes of `tracerProvider` in registerInstrumentations(), or of setTracerProvider(). */
export const otherProvider: Diagnosis = {
  id: 'other-provider',
  explain: ({ runs }) => {
    const run = runs.find(
      (one) =>
        patched(one, 'incoming http') &&
        startedBy(one, http) === 0 &&
        !told(one, 'span-unsampled').some(({ scope }) => scope === http) &&
        spansOf(one, http).length === 0 &&
        namesUnknownSpan(one),
    );
    if (!run) return undefined;
    return {
      cause:
        'HttpInstrumentation makes its spans with another tracer provider than the registered one, and none of them arrives.',
      mend: 'Leave tracerProvider out of registerInstrumentations({ … }), and call no setTracerProvider(): the instrumentations then take the provider that is registered.',
    };
  },
};

/** Whether a span, or a call of the upstream, names a parent that is no caller's and that the registered provider never made. */
function namesUnknownSpan(run: AppRun): boolean {
  const known = new Set([...run.spans, ...told(run, 'span-started')].map(({ spanId }) => spanId));
  for (const { sent } of run.exchanges) known.add(sent.traceparent?.split('-')[2] ?? '');
  const named = [
    ...run.spans.map(({ parentSpanId }) => parentSpanId),
    ...run.upstream.map(({ headers }) => String(headers.traceparent ?? '').split('-')[2]),
  ];
  return named.some((id) => id && !known.has(id));
}

export const incomingSwitchedOff: Diagnosis = {
  id: 'http-missing',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const servers = serverSpans(run);
    if (servers.length > 0) return patched(run, 'incoming http') ? leftOut(run, servers) : undefined;
    const ignored = patched(run, 'incoming http');
    // More than the calls of the upstream: those of incoming requests were lost later.
    const lostLater = startedBy(run, http) > run.upstream.length;
    if (lostLater || !(ignored || patched(run, 'outgoing http'))) return undefined;
    return {
      cause: ignored
        ? 'The instrumentation of http sees the requests come, and is told to ignore them: no SERVER span came.'
        : 'The instrumentation of http is there for outgoing requests only: no SERVER span came.',
      mend: 'Write new HttpInstrumentation() without options: those for incoming requests are in the way here.',
    };
  },
};

/** A request that was answered and has no SERVER span, where others have theirs. */
function leftOut(run: AppRun, servers: readonly Span[]) {
  const ids = new Set(servers.map(({ attributes }) => attributes['user_agent.original']));
  const lost = run.exchanges.find((request) => statusOf(request) !== undefined && !ids.has(request.id));
  if (!lost || !run.exchanges.some(({ id }) => ids.has(id))) return undefined;
  return {
    cause: `${nameOf(lost)} was answered, and no SERVER span of it came, as it did of other requests: something leaves it out, ignoreIncomingRequestHook for example.`,
    mend: 'Write new HttpInstrumentation() without options: every request is wanted here.',
  };
}

export const sdkLoadedLate: Diagnosis = {
  id: 'sdk-loaded-late',
  explain: ({ runs: [run] }) => {
    if (!run || patched(run, 'incoming http') || !created(run, http)) return undefined;
    return {
      cause:
        'The instrumentations are there, and do nothing: they came too late, when the app had loaded http and express and took requests unseen, or were switched off again.',
      mend: 'Set them up in tracing.ts, not in app.ts and not after an await: --import ./tracing.ts runs it to its end before the app is loaded. Do not import app.ts there: an import runs first, wherever it stands. And leave them on: no disable(), and no call of what registerInstrumentations() returns.',
    };
  },
};

/** What comes of instrumentations that app.ts registers below its imports. */
export const patchedTwice: Diagnosis = {
  id: 'sdk-loaded-late',
  explain: ({ runs: [run] }) => {
    const byId = new Map(run?.spans.map((span) => [span.spanId, span]));
    const clients = run ? spansOf(run, http).filter(({ kind }) => kind === 'CLIENT') : [];
    const doubled = clients.some(({ parentSpanId }) =>
      clients.includes(byId.get(parentSpanId ?? '') as Span),
    );
    if (!doubled) return undefined;
    return {
      cause:
        'Each call to the upstream has two CLIENT spans, one in the other: the instrumentations came when the app had loaded http already, and it was patched twice.',
      mend: 'Set them up in tracing.ts, which is loaded before the app by --import ./tracing.ts, and not in app.ts.',
    };
  },
};

export const noContextManager: Diagnosis = {
  id: 'no-context-manager',
  explain: ({ runs: [run] }) => {
    const registered = run ? told(run, 'registered').map(({ what }) => what) : [];
    if (!registered.includes('trace') || registered.includes('context')) return undefined;
    return {
      cause:
        'A tracer provider is registered without a context manager: no span finds its parent, so each is a trace of its own.',
      mend: 'Call provider.register(), without contextManager: null: it brings the one that works with async code, as trace.setGlobalTracerProvider() does not.',
    };
  },
};

export const noEsmHook: Diagnosis = {
  id: 'no-esm-hook',
  explain: ({ runs: [run] }) => {
    if (!run || spansOf(run, express).length > 0 || knowsRoutes(run) || patched(run, 'express'))
      return undefined;
    const late = hookRegistered(run);
    if (httpServerSpans(run).length === 0 || (late && !created(run, express))) return undefined;
    if (told(run, 'hook').some(({ withoutExpress }) => withoutExpress)) return hookLimited;
    return {
      cause: late
        ? 'HTTP spans came, and not one from Express: the hook for ES modules was registered when the app had loaded express already.'
        : 'HTTP spans came, with bare names such as "GET", and not one from Express: the app imports express through the ESM loader, where no instrumentation sees it pass.',
      mend: "At the top of tracing.ts, not in a function or a timer: register('@opentelemetry/instrumentation/hook.mjs', import.meta.url), with register from 'node:module'.",
    };
  },
};

const hookLimited = {
  cause:
    'HTTP spans came, and not one from Express: the hook got include or exclude in its data, and with that it leaves express out.',
  mend: "Write register('@opentelemetry/instrumentation/hook.mjs', import.meta.url), without data: the hook then sees every module.",
};

const isWithoutExpress = (run: AppRun | undefined): run is AppRun =>
  run !== undefined &&
  httpServerSpans(run).length > 0 &&
  spansOf(run, express).length === 0 &&
  !knowsRoutes(run);

/** What comes of an instrumentation that is made while the app is being loaded, or after that. */
export const expressLate: Diagnosis = {
  id: 'sdk-loaded-late',
  explain: ({ runs: [run] }) => {
    if (!isWithoutExpress(run) || !created(run, express) || !patched(run, 'express')) return undefined;
    // Without a context, Express knows no request to add to.
    if (!told(run, 'registered').some(({ what }) => what === 'context')) return undefined;
    return {
      cause:
        'HTTP spans came, and none from Express: its instrumentation is there, and came when the app had made its routes already.',
      mend: 'Set it up in tracing.ts, not in app.ts, not in a timer and not after an await: --import ./tracing.ts runs it to its end before the app is loaded.',
    };
  },
};

export const expressMissing: Diagnosis = {
  id: 'express-missing',
  explain: ({ runs: [run] }) => {
    if (!isWithoutExpress(run) || created(run, express)) return undefined;
    return {
      cause:
        'HTTP spans came, and none from Express: it is not among the instrumentations, so nobody knows the route.',
      mend: 'Add new ExpressInstrumentation() to registerInstrumentations({ instrumentations: [ … ] }).',
    };
  },
};

export const handlerIgnored: Diagnosis = {
  id: 'handler-ignored',
  explain: ({ runs: [run] }) => {
    if (!run || !knowsRoutes(run)) return undefined;
    const types = spansOf(run, express).map(({ attributes }) => attributes['express.type']);
    if (types.includes('request_handler')) return undefined;
    return {
      cause: types.includes('middleware')
        ? 'The routes are known, so Express is instrumented, but the spans of its request handlers are left out, and those of the middleware are there.'
        : 'The routes are known, so Express is instrumented, but the spans of its request handlers are left out with those of the middleware.',
      mend: 'Leave out one type only: ignoreLayersType: [ExpressLayerType.MIDDLEWARE].',
    };
  },
};

export const middlewareNoise: Diagnosis = {
  id: 'middleware-noise',
  explain: ({ runs }) => {
    const noisy = runs
      .flatMap((run) => run.spans)
      .find((span) => span.attributes['express.type'] === 'middleware');
    if (!noisy) return undefined;
    return {
      cause: `Every request carries spans of middleware, such as "${noisy.name}".`,
      mend: 'new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE] }) leaves them out. Register no other ExpressInstrumentation beside it.',
    };
  },
};

function hasRoute({ attributes }: Span): boolean {
  return attributes['http.route'] !== undefined;
}
