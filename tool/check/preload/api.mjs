import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { tell } from './tell.mjs';

const require = createRequire(import.meta.url);
const spansToTell = 2_000;
const unsampledToTell = 20;
/** `SpanKind.SERVER` and `TraceFlags.SAMPLED` of the API, and under which key a context has its span. */
const SERVER = 1;
const SAMPLED = 1;
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN');
/** The global object of the API: what is registered, by its name. */
let registered;
let spansTold = 0;
let unsampledTold = 0;

/** The spans that have begun and not ended, by id, the last one last: the name and the parent of each. */
export const openSpans = new Map();

/** The API keeps what is registered in one global object; accessors there see every registration as it happens. */
export function watchGlobals() {
  const entry = require.resolve('@opentelemetry/api');
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', '..', 'package.json'), 'utf8'));
  const api = { version };
  registered = api;
  watchDiag(api);
  watchInstrumentations(api);
  for (const type of ['trace', 'context', 'propagation']) {
    watchProperty(api, type, (value) => {
      tell({ type: 'registered', what: type });
      if (type === 'trace') watchProvider(value);
    });
  }
  globalThis[Symbol.for(`opentelemetry.js.api.${version.split('.')[0]}`)] = api;
}

/** Each instrumentation asks for its meter when it is made: the stack says which one it is. */
function watchInstrumentations(api) {
  const told = new Set();
  let provider;
  Object.defineProperty(api, 'metrics', {
    configurable: true,
    enumerable: true,
    get: () => {
      const [name] = /@opentelemetry[\\/]instrumentation-[\w-]+/.exec(new Error().stack) ?? [];
      if (name && !told.has(name)) {
        told.add(name);
        tell({ type: 'created', name: name.replace('\\', '/') });
      }
      return provider;
    },
    set: (value) => {
      provider = value;
    },
  });
}

function watchProperty(object, name, onSet) {
  let current;
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (value) => {
      current = value;
      onSet(value);
    },
  });
}

function watchDiag(api) {
  let own;
  const tee = {};
  for (const level of ['error', 'warn', 'info', 'debug', 'verbose']) {
    tee[level] = (...args) => {
      if (level === 'error' || level === 'warn')
        tell({ type: 'diag', level, message: args.map(asText).join(' ') });
      own?.[level](...args);
    };
  }
  Object.defineProperty(api, 'diag', {
    configurable: true,
    enumerable: true,
    get: () => tee,
    set: (logger) => {
      own = logger;
    },
  });
}

function asText(value) {
  if (value instanceof Error) return value.message;
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

function watchProvider(proxy) {
  const setDelegate = proxy?.setDelegate;
  if (typeof setDelegate !== 'function') return;
  proxy.setDelegate = (provider) => {
    watchTracers(provider);
    return setDelegate.call(proxy, provider);
  };
}

function watchTracers(provider) {
  const getTracer = provider?.getTracer;
  if (typeof getTracer !== 'function') return;
  const watched = new WeakSet();
  provider.getTracer = (...args) => {
    const tracer = getTracer.apply(provider, args);
    tell({ type: 'tracer', name: String(args[0]) });
    if (!watched.has(tracer)) {
      watched.add(tracer);
      watchSpans(tracer, args[0]);
    }
    return tracer;
  };
}

/** Of the span that the new one is to be a child of, by the arguments of startSpan(). */
function parentIn([options, context = registered.context?.active()]) {
  return options?.root ? undefined : context?.getValue(spanKey)?.spanContext();
}

function watchSpans(tracer, scope) {
  const { startSpan } = tracer;
  tracer.startSpan = (name, ...rest) => {
    const span = startSpan.call(tracer, name, ...rest);
    const { traceId, spanId } = span.spanContext();
    if (!span.isRecording()) {
      const parent = parentIn(rest);
      const leftOut =
        parent?.traceId === traceId && openSpans.has(parent.spanId) && (parent.traceFlags & SAMPLED) !== 0;
      if (unsampledTold++ < unsampledToTell || leftOut) {
        const server = rest[0]?.kind === SERVER;
        const { 'http.route': route, 'express.type': layer } = rest[0]?.attributes ?? {};
        tell({ type: 'span-unsampled', name, scope, server, route, layer, ...(leftOut && { leftOut }) });
      }
      return span;
    }
    const telling = spansTold++ <= spansToTell;
    const backdated = rest[0]?.startTime !== undefined;
    if (telling)
      tell({ type: 'span-started', name, scope, traceId, spanId, ...(backdated && { backdated }) });
    openSpans.set(spanId, { name, parentId: span.parentSpanContext?.spanId });
    const { end } = span;
    span.end = (...args) => {
      if (telling)
        tell({ type: 'span-ended', name, traceId, spanId, layer: span.attributes?.['express.type'] });
      openSpans.delete(spanId);
      return end.apply(span, args);
    };
    return span;
  };
}
