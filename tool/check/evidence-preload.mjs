/**
 * Loaded into the app in check mode only (`--import`, before the learner's own files). It changes nothing that the
 * app does or exports; it tells the checker, in JSON lines on file descriptor 3, what explains a failure:
 * OpenTelemetry's own `diag` messages, what was registered, which spans began and ended, where connections went.
 * Plain JavaScript, so that it needs no loader.
 */
import { channel } from 'node:diagnostics_channel';
import dns from 'node:dns';
import { readFileSync, writeSync } from 'node:fs';
import http from 'node:http';
import module, { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename, dirname, join } from 'node:path';
import tls from 'node:tls';

const require = createRequire(import.meta.url);
const spansToTell = 2_000;
let spansTold = 0;
/** An app that starts has always something to do. */
const idleStartMs = 5_000;
let toldLoadingAt = Number.NEGATIVE_INFINITY;

function tell(evidence) {
  try {
    writeSync(3, `${JSON.stringify(evidence)}\n`);
  } catch {
    // The checker has gone or the pipe is full: evidence is a help, never a reason to fail.
  }
}

process.on('uncaughtExceptionMonitor', (error, origin) => {
  tell({
    type: 'uncaught',
    origin,
    message: String(error?.message ?? error),
    stack: String(error?.stack ?? ''),
  });
});

channel('net.client.socket').subscribe(({ socket }) => {
  socket.once('connectionAttempt', (host, port) => {
    if (port !== undefined) tell({ type: 'connection', host, port });
  });
});

channel('net.server.socket').subscribe(tellPatched);
// By the first connection, for an app that ends without an exit, and again for what it loads later.
channel('net.server.socket').subscribe(tellLoadedOnce);
process.on('exit', tellLoaded);

skipSourceMapsOfPackages();
leavePackagesToNode();
watchStart();
watchHooks();
watchTls();
watchNames();
watchGlobals();

/** By the first connection, which asks whether the port accepts, all that should be patched is. */
function tellPatched() {
  channel('net.server.socket').unsubscribe(tellPatched);
  const express = Object.keys(require.cache).find((file) =>
    /[\\/]express[\\/]lib[\\/]express\.js$/.test(file),
  );
  const functions = {
    'incoming http': http.Server.prototype.emit,
    'outgoing http': http.request,
    express: express && require.cache[express].exports.application?.use,
  };
  tell({ type: 'patched', modules: Object.keys(functions).filter((name) => functions[name]?.__wrapped) });
}

function tellLoadedOnce() {
  channel('net.server.socket').unsubscribe(tellLoadedOnce);
  tellLoaded();
}

function tellLoaded() {
  const packages = Object.keys(require.cache).map((file) => /@opentelemetry[\\/][\w-]+/.exec(file)?.[0]);
  tell({
    type: 'loaded',
    packages: [...new Set(packages)].filter(Boolean).map((name) => name.replace('\\', '/')),
  });
}

/** tsx asks for the source maps of everything. Those of the packages take a while to read, and explain no learner's line. */
function skipSourceMapsOfPackages() {
  const { setSourceMapsSupport } = module;
  if (!setSourceMapsSupport) return;
  process.setSourceMapsEnabled = (enabled) =>
    setSourceMapsSupport(enabled, { nodeModules: false, generatedCode: enabled });
}

/**
 * tsx reads every file of every package, to see whether it has to be translated. Those that are installed are JavaScript,
 * which Node loads by itself to the same effect, and a quarter of the app's start is saved.
 */
function leavePackagesToNode() {
  leaveToNode(module._extensions, '.js', (_module, file) => {
    tellLoading();
    return inPackage(file);
  });
  leaveToNode(module, '_resolveFilename', (_request, parent) => inPackage(parent?.filename));
}

/** What is put in the place of Node's own function is called for the learner's files alone. */
function leaveToNode(object, name, isNodes) {
  const own = object[name];
  let current = own;
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (replacement) => {
      current = function (...args) {
        return (isNodes(...args) ? own : replacement).apply(this, args);
      };
    },
  });
}

/** How the start gets on: that a server listens, and that all waits and nothing more will come. */
function watchStart() {
  // https://nodejs.org/api/diagnostics_channel.html#net
  channel('tracing:net.server.listen:asyncEnd').subscribe(({ server }) => {
    tell({ type: 'listening', port: server.address()?.port });
    if (String(server.address()?.port) === process.env.PORT) clearInterval(timer);
  });

  const { eventLoopUtilization } = performance;
  let before = eventLoopUtilization();
  let idleMs = 0;
  const timer = setInterval(() => {
    // The worker beside the app has nothing to listen to.
    if (basename(process.argv[1] ?? '') !== 'app.ts') return clearInterval(timer);
    const { utilization, idle } = eventLoopUtilization(before);
    before = eventLoopUtilization();
    idleMs = utilization < 0.1 ? idleMs + idle : 0;
    if (idleMs < idleStartMs) return;
    clearInterval(timer);
    tell({ type: 'idle' });
  }, 500).unref();
}

/** Once a second at most. */
function tellLoading() {
  if (performance.now() - toldLoadingAt < 1_000) return;
  toldLoadingAt = performance.now();
  tell({ type: 'loading' });
}

function inPackage(file) {
  return /[\\/]node_modules[\\/]/.test(file ?? '');
}

/** In this app nobody but an exporter asks for a secure context, and only where its endpoint is not `http://`. */
function watchTls() {
  const { createSecureContext } = tls;
  tls.createSecureContext = (...args) => {
    tell({ type: 'tls' });
    return createSecureContext(...args);
  };
}

/** A name that cannot be resolved never becomes a connection. */
function watchNames() {
  for (const resolver of [dns, dns.promises]) {
    const { lookup } = resolver;
    const telling = (host, ...rest) => {
      tell({ type: 'lookup', host: String(host) });
      return lookup(host, ...rest);
    };
    resolver.lookup = Object.defineProperties(telling, Object.getOwnPropertyDescriptors(lookup));
  }
}

function watchHooks() {
  for (const name of ['register', 'registerHooks']) {
    const original = module[name];
    if (typeof original !== 'function') continue;
    module[name] = (...args) => {
      tell({ type: 'hook', specifier: name === 'register' ? String(args[0]) : name });
      return original(...args);
    };
  }
  syncBuiltinESMExports();
}

/** The API keeps what is registered in one global object; accessors there see every registration as it happens. */
function watchGlobals() {
  const entry = require.resolve('@opentelemetry/api');
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', '..', 'package.json'), 'utf8'));
  const api = { version };
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

function watchSpans(tracer, scope) {
  const { startSpan } = tracer;
  tracer.startSpan = (name, ...rest) => {
    const span = startSpan.call(tracer, name, ...rest);
    const { traceId, spanId } = span.spanContext();
    if (!span.isRecording() || spansTold++ > spansToTell) return span;
    tell({ type: 'span-started', name, scope, traceId, spanId });
    const { end } = span;
    span.end = (...args) => {
      tell({ type: 'span-ended', name, traceId, spanId });
      return end.apply(span, args);
    };
    return span;
  };
}
