import { channel } from 'node:diagnostics_channel';
import { tell } from './tell.mjs';

const lookMs = 200;

/**
 * Looks in a row that find the app at rest, each of them after whatever could have come meanwhile. Longer than the
 * deadline of step 7, for AbortSignal.timeout() has a timer that keeps nothing alive.
 */
const enough = 8;

/** What keeps an app alive and brings it nothing new: that it listens, its callers, and its own output. */
const idle = new Set(['TCPServerWrap', 'TCPSocketWrap', 'PipeWrap', 'TTYWrap']);

/**
 * Tells that the app waits for nothing, neither for a timer nor for a file, a thread or an answer of somebody else, and
 * which requests it has that will therefore never be answered. In looks of its own, so that a machine that stands still
 * is no sign.
 */
export function watchRest() {
  /** By request: how often in a row the app was found at rest. */
  const open = new Map();
  const callers = new Set();
  let restingFor = 0;
  let _looking;

  channel('net.server.socket').subscribe(({ socket }) => {
    callers.add(socket);
    _looking ??= setInterval(look, lookMs).unref();
  });
  // https://nodejs.org/api/diagnostics_channel.html#http
  channel('http.server.request.start').subscribe(({ request }) => open.set(request, 0));
  channel('http.server.response.finish').subscribe(({ request }) => open.delete(request));

  function look() {
    for (const socket of callers) if (socket.destroyed) callers.delete(socket);
    for (const request of open.keys()) if (request.socket.destroyed) open.delete(request);
    const resting = isAtRest();
    restingFor = resting ? restingFor + 1 : 0;
    if (restingFor === enough) {
      restingFor = 0;
      tell({ type: 'resting' });
    }
    for (const [request, times] of open) open.set(request, resting && request.complete ? times + 1 : 0);
    const requests = [...open].filter(([, times]) => times === enough).map(([request]) => request);
    if (requests.length > 0)
      tell({ type: 'unanswered', ids: requests.map(({ headers }) => headers['user-agent']) });
  }

  function isAtRest() {
    const active = process.getActiveResourcesInfo();
    // A socket that is not a caller's is a call that the app makes; those in a pool keep nothing alive.
    const sockets = active.filter((name) => name === 'TCPSocketWrap').length;
    return sockets <= callers.size && active.every((name) => idle.has(name));
  }
}
