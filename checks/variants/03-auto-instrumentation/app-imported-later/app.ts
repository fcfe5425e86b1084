// The server is loaded when the tracing is ready, whatever loads this file.
await import('./tracing.ts');
await import('./server.ts');
