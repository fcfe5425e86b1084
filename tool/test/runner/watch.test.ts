import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchFiles } from '../../runner/watch.ts';
import { fixtureApp } from '../fixtures/apps.ts';
import { until } from '../fixtures/wait.ts';

interface Watched {
  readonly calls: string[][];
  readonly file: (name: string) => string;
}

async function watched(files: Record<string, string> = { 'app.ts': '1' }): Promise<Watched> {
  const dir = fixtureApp(files);
  const calls: string[][] = [];
  const watching = await watchFiles(dir, (changed) => calls.push(changed));
  onTestFinished(() => watching.close());
  return { calls, file: (name) => path.join(dir, name) };
}

/** What is written last is reported last, so that when it has come, nothing else is on its way. */
async function callsUntil({ calls, file }: Watched, last: string): Promise<string[]> {
  writeFileSync(file(last), String(Math.random()));
  await until(() => calls.flat().includes(last));
  return calls.flat();
}

test('tells of a file that changed', async () => {
  const { calls, file } = await watched();
  writeFileSync(file('app.ts'), '2');

  await until(() => calls.length > 0);
  expect(calls).toEqual([['app.ts']]);
});

test('tells of a burst of saves once', async () => {
  const { calls, file } = await watched({ 'app.ts': '1', 'tracing.ts': '1' });
  for (const text of ['2', '3', '4']) writeFileSync(file('app.ts'), text);
  writeFileSync(file('tracing.ts'), '2');

  await until(() => calls.length > 0);
  expect(calls).toEqual([['app.ts', 'tracing.ts']]);
});

test('tells of a save by rename', async () => {
  const { calls, file } = await watched();
  writeFileSync(file('app.ts.tmp'), '2');
  renameSync(file('app.ts.tmp'), file('app.ts'));

  await until(() => calls.length > 0);
  expect(calls).toEqual([['app.ts']]);
});

test('tells of a new file, of one in a new folder, and of a removed one', async () => {
  const { calls, file } = await watched();
  writeFileSync(file('tracing.ts'), '1');
  await until(() => calls.flat().includes('tracing.ts'));
  mkdirSync(file('lib'));
  writeFileSync(file('lib/part.ts'), '1');
  await until(() => calls.flat().includes('lib/part.ts'));
  rmSync(file('tracing.ts'));

  await until(() => calls.flat().filter((name) => name === 'tracing.ts').length === 2);
});

test('says nothing of a file that is touched and not changed', async () => {
  const folder = await watched();
  utimesSync(folder.file('app.ts'), new Date(), new Date());
  writeFileSync(folder.file('app.ts'), '1');

  expect(await callsUntil(folder, 'last.ts')).toEqual(['last.ts']);
});

test('says nothing of files that are no source', async () => {
  const folder = await watched();
  mkdirSync(folder.file('node_modules/x'), { recursive: true });
  const names = [
    'node_modules/x/index.js',
    '.hidden.ts',
    'app.ts~',
    '.app.ts.swp',
    '4913',
    'shop.db',
    'README.md',
  ];
  for (const name of names) writeFileSync(folder.file(name), '1');

  expect(await callsUntil(folder, 'last.ts')).toEqual(['last.ts']);
});

test('tells of what changed while the watcher was being loaded', async () => {
  const dir = fixtureApp({ 'app.ts': '1' });
  const onChange = vi.fn();
  const loading = watchFiles(dir, onChange);
  writeFileSync(path.join(dir, 'app.ts'), '2');
  const watching = await loading;
  onTestFinished(() => watching.close());

  await until(() => onChange.mock.calls.length > 0);
  expect(onChange).toHaveBeenCalledExactlyOnceWith(['app.ts']);
});

test('follows a folder that is removed and comes back', async () => {
  const { calls, file } = await watched();
  rmSync(file('.'), { recursive: true });
  await until(() => calls.flat().includes('app.ts'));
  calls.length = 0;
  mkdirSync(file('.'));
  writeFileSync(file('app.ts'), '2');

  await until(() => calls.flat().includes('app.ts'));
});
