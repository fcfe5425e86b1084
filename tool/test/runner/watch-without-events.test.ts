import { EventEmitter } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchFiles } from '../../runner/watch.ts';
import { fixtureApp } from '../fixtures/apps.ts';
import { until } from '../fixtures/wait.ts';

/** A file system that tells of nothing, as a network's. */
vi.mock('chokidar', () => ({
  watch: () => {
    const watcher = Object.assign(new EventEmitter(), { close: async () => {} });
    setImmediate(() => watcher.emit('ready'));
    return watcher;
  },
}));

test('finds what changed, came and went by looking at the files', async () => {
  const dir = fixtureApp({ 'app.ts': '1', 'old.ts': '1' });
  const calls: string[][] = [];
  const watching = await watchFiles(dir, (changed) => calls.push(changed));
  onTestFinished(() => watching.close());

  writeFileSync(path.join(dir, 'app.ts'), '2');
  await until(() => calls.length === 1);
  writeFileSync(path.join(dir, 'new.ts'), '1');
  await until(() => calls.length === 2);
  rmSync(path.join(dir, 'old.ts'));
  await until(() => calls.length === 3);
  expect(calls).toEqual([['app.ts'], ['new.ts'], ['old.ts']]);
});
