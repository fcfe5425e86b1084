import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { App, AppExit, AppStop } from '../../runner/app.ts';
import { superviseApp } from '../../runner/supervise.ts';
import { fixtureApp } from '../fixtures/apps.ts';
import { until } from '../fixtures/wait.ts';

const STOPPED: AppStop = { code: 0, signal: null, killed: false, ms: 0 };

/** An app that is ready at once and ends when it is told to. */
function instantApp(): App {
  return {
    commandLines: [],
    pid: undefined,
    output: [],
    ready: Promise.resolve({ outcome: 'ready', url: '', ms: 0 }),
    exited: Promise.withResolvers<AppExit>().promise,
    stop: async () => STOPPED,
    kill: () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

test('tells of a save at once, and starts the app anew when what that began has had its head start', async () => {
  const dir = fixtureApp({ 'app.ts': '1' });
  const starts: number[] = [];
  const saves: number[] = [];
  const supervisor = superviseApp({
    dir,
    start: () => {
      starts.push(performance.now());
      return instantApp();
    },
    onEvent: () => {},
    onSave: () => saves.push(performance.now()),
    headStartMs: 200,
    stopMs: 1000,
  });
  writeFileSync(path.join(dir, 'app.ts'), '2');
  await until(() => starts.length === 2);
  supervisor.interrupt();
  await supervisor.done;

  expect(saves).toHaveLength(1);
  // A timer may fire a millisecond early.
  expect((starts[1] ?? 0) - (saves[0] ?? 0)).toBeGreaterThanOrEqual(198);
});
