import { describe, expect, test } from 'vitest';
import type { AppExit } from '../../runner/app.ts';
import type { AppEvent } from '../../runner/supervise.ts';
import { renderAppEvent, renderAppOutput, renderStart, type StartText } from '../../runner/text.ts';

const exit: AppExit = { file: 'app.ts', code: 1, signal: null, killed: false };

test.each<[AppEvent, string]>([
  [
    { type: 'started', start: { outcome: 'ready', url: 'http://127.0.0.1:3000', ms: 940 } },
    'Ready in 0.9 s.',
  ],
  [
    { type: 'started', start: { outcome: 'not-listening', ms: 10_010 } },
    'Nothing listens on port 3000 after 10.0 s, so no request can arrive. → Let the app listen on process.env.PORT, and let nothing before app.listen() wait for ever.\nWaiting for the next save.',
  ],
  [
    {
      type: 'started',
      start: {
        outcome: 'ended',
        exit: { ...exit, failure: { file: 'tracing.ts', line: 14, message: 'oh no' } },
      },
    },
    'app.ts ended with exit code 1 before it listened. → tracing.ts:14: oh no\nWaiting for the next save.',
  ],
  [
    { type: 'started', start: { outcome: 'ended', exit: { ...exit, code: 0 } } },
    'app.ts ended with exit code 0 before it listened. → It had nothing left to do: is app.listen() called, on process.env.PORT?\nWaiting for the next save.',
  ],
  [
    { type: 'ended', exit: { ...exit, file: 'worker.ts', code: null, signal: 'SIGSEGV' } },
    'worker.ts was ended by SIGSEGV. → Its output above says why.\nWaiting for the next save.',
  ],
  [{ type: 'changed', files: ['app.ts'] }, 'app.ts changed: restarting.'],
  [
    { type: 'changed', files: ['app.ts', 'lib/a.ts', 'tracing.ts'] },
    'app.ts and 2 more changed: restarting.',
  ],
  [
    { type: 'killed', afterMs: 3004 },
    'The app had not ended 3.0 s after SIGTERM and was killed, so spans that it held are lost. → Let it exit after provider.shutdown().',
  ],
])('renders %o', (event, text) => {
  expect(renderAppEvent(event, { port: 3000, colour: false })).toBe(text);
});

test('tells the output of the app from ours, and its errors from the rest, in colour', () => {
  const line = { file: 'app.ts', stream: 'stderr', text: 'careful' } as const;

  expect(renderAppOutput(line, false)).toBe('app │ careful');
  expect(renderAppOutput(line, true)).toBe('\u001b[31mapp │\u001b[39m careful');
});

describe('the start', () => {
  const preferred = { app: 3000, upstream: 3001, grpc: 4317, http: 4318, console: 4319 };
  const free = (port: number) => ({ port, replaced: false });
  const start: StartText = {
    title: 'Step 1: untraced-app',
    commandLines: ['node app.ts'],
    dir: 'steps/01-untraced-app',
    preferred,
    chosen: {
      app: free(3000),
      upstream: free(3001),
      grpc: free(4317),
      http: free(4318),
      console: { port: 28_001, replaced: true },
    },
    upstreamUrl: 'http://127.0.0.1:3001',
    ownUpstream: false,
    withConsole: true,
    batchDelayMs: '500',
    colour: false,
  };

  test('says where the console is, and that another has its port', () => {
    const lines = renderStart(start).split('\n');
    expect(lines).toContain('  console   http://localhost:28001');
    expect(lines.at(-1)).toBe(
      'Port 4319 is taken, so the console is at http://localhost:28001. → Open that address.',
    );
  });

  test('says nothing of a console where there is none', () => {
    expect(renderStart({ ...start, withConsole: false })).not.toContain('console');
  });
});
