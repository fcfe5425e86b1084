// See telemetry.ts, which app.ts imports.
