import { channel } from 'node:diagnostics_channel';
import { basename } from 'node:path';
import { tell } from './tell.mjs';

/** An app that starts has always something to do. */
const idleStartMs = 5_000;

/** How the start gets on: that a server listens, that the first request came, and that all waits and nothing more will come. */
export function watchStart() {
  // https://nodejs.org/api/diagnostics_channel.html#net
  channel('tracing:net.server.listen:asyncEnd').subscribe(({ server }) => {
    tell({ type: 'listening', port: server.address()?.port });
    if (String(server.address()?.port) === process.env.PORT) clearInterval(timer);
  });

  // https://nodejs.org/api/diagnostics_channel.html#http
  const requests = channel('http.server.request.start');
  requests.subscribe(tellAsked);
  function tellAsked() {
    requests.unsubscribe(tellAsked);
    tell({ type: 'asked' });
  }

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
