import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';

// Express is loaded by the ESM loader: without this hook, no instrumentation sees it pass.
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);

registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation(),
    // A span for every middleware would say little and hide the rest.
    new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE] }),
  ],
});
