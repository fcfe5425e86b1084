import { parentPort } from 'node:worker_threads';
import { init, runBaseTests, setupEnvironment } from 'vitest/worker';

/** vitest's own worker, in a thread that `warm-pool.ts` keeps for the next run. https://vitest.dev/guide/advanced/pool */
const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread.');
init({
  post: (response) => port.postMessage(response),
  on: (callback) => port.on('message', callback),
  off: (callback) => port.off('message', callback),
  runTests: (state, traces) => runBaseTests('run', state, traces),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
  setup: setupEnvironment,
});
