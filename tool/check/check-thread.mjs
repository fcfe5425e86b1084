// Plain JavaScript, and what it imports comes from the cache: so that the thread need not load Node's TypeScript parser.
import module from 'node:module';
import { resolve } from 'node:path';
import { parentPort } from 'node:worker_threads';

// A thread does not share the cache of its process.
module.enableCompileCache(resolve(import.meta.dirname, '../../.workshop/compile-cache'));

// vitest's own worker, in a thread of `check-pool.ts`. https://vitest.dev/guide/advanced/pool
const { init, runBaseTests, setupEnvironment } = await import('vitest/worker');
init({
  post: (response) => parentPort.postMessage(response),
  on: (callback) => parentPort.on('message', callback),
  off: (callback) => parentPort.off('message', callback),
  runTests: (state, traces) => runBaseTests('run', state, traces),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
  setup: setupEnvironment,
});

// What every check needs, loaded while vitest starts in the main thread.
await Promise.all([import('./lab.ts'), import('./diagnosis/diagnose.ts'), import('./seen-trace.ts')]);
module.flushCompileCache();
