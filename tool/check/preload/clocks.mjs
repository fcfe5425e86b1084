import { channel } from 'node:diagnostics_channel';
import { syncBuiltinESMExports } from 'node:module';
import { tell } from './tell.mjs';

/**
 * Loaded after `preload.mjs` where a check is about durations: tells that the app, once it has a caller, reads a clock
 * that gives the seconds apart from what is left of them, or has another unit above a second.
 */
let hasCaller = false;
const told = new Set();

channel('net.server.socket').subscribe(() => {
  hasCaller = true;
});
watchClocks();

function watchClocks() {
  const { hrtime } = process;
  process.hrtime = Object.assign((...args) => {
    telling('process.hrtime()');
    return hrtime(...args);
  }, hrtime);
  syncBuiltinESMExports();
  // These tell milliseconds below a second, and seconds above.
  for (const name of ['timeEnd', 'timeLog']) {
    const own = console[name];
    console[name] = (...args) => {
      telling(`console.${name}()`);
      return own.apply(console, args);
    };
  }
  for (const name of ['getMilliseconds', 'getUTCMilliseconds']) {
    const own = Date.prototype[name];
    Date.prototype[name] = function () {
      telling(`${name}()`);
      return own.call(this);
    };
  }
}

function telling(clock) {
  if (!hasCaller || told.has(clock)) return;
  // Node reads them for itself as well: for the Date of an answer.
  const [, , , caller] = new Error().stack.split('\n');
  if (/node:internal/.test(caller ?? '')) return;
  told.add(clock);
  tell({ type: 'split-clock', clock });
}
