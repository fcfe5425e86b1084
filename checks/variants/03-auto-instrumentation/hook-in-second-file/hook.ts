import { register } from 'node:module';

// Express is loaded by the ESM loader: without this hook, no instrumentation sees it pass.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
