// The set-up is in instrumentation.ts.
