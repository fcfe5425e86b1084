import { channel } from 'node:diagnostics_channel';
import { tell } from './tell.mjs';

/**
 * Loaded after `preload.mjs` where a check is about durations: tells that the app, once it has a caller, reads a clock
 * that gives the seconds apart from what is left of them.
 */
channel('net.server.socket').subscribe(watchClocks);

function watchClocks() {
  channel('net.server.socket').unsubscribe(watchClocks);
  const { hrtime } = process;
  process.hrtime = Object.assign((...args) => {
    telling('process.hrtime()');
    return hrtime(...args);
  }, hrtime);
  for (const name of ['getMilliseconds', 'getUTCMilliseconds']) {
    const own = Date.prototype[name];
    Date.prototype[name] = function () {
      telling(`${name}()`);
      return own.call(this);
    };
  }
}

const told = new Set();

function telling(clock) {
  if (told.has(clock)) return;
  // Node reads them for itself as well: for the Date of an answer.
  const [, , , caller] = new Error().stack.split('\n');
  if (/node:internal/.test(caller ?? '')) return;
  told.add(clock);
  tell({ type: 'split-clock', clock });
}
