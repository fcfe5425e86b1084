/**
 * Loaded into the app in check mode only (`--import`, before the learner's own files). It changes nothing that the
 * app does or exports; it tells the checker, in JSON lines on file descriptor 3, what explains a failure:
 * OpenTelemetry's own `diag` messages, what was registered, which spans began and ended, where connections went.
 * Plain JavaScript, so that it needs no loader.
 */
import { channel } from 'node:diagnostics_channel';
import dns from 'node:dns';
import http from 'node:http';
import module, { createRequire, syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';
import { watchGlobals } from './api.mjs';
import { leavePackagesToNode, skipSourceMapsOfPackages } from './packages.mjs';
import { watchRest } from './rest.mjs';
import { watchStart } from './start.mjs';
import { tell } from './tell.mjs';

const require = createRequire(import.meta.url);

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
watchRest();
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
      const specifier = name === 'register' ? String(args[0]) : name;
      tell({ type: 'hook', specifier, ...(leavesExpressOut(args) && { withoutExpress: true }) });
      return original(...args);
    };
  }
  syncBuiltinESMExports();
}

/** https://github.com/nodejs/import-in-the-middle#only-intercepting-hooked-modules */
function leavesExpressOut(args) {
  const { include, exclude } = args.find((one) => one?.data)?.data ?? {};
  return include ? !String(include).includes('express') : exclude !== undefined;
}
