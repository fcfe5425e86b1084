import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type App, type AppOptions, startApp } from '../../runner/app.ts';
import { acceptingHost } from '../../runner/port.ts';
import { BUSY_APP, DEAF_APP, fixtureApp, GOOD_APP, PARENT_APP, SILENT_APP } from '../fixtures/apps.ts';
import { heldPort } from '../fixtures/held-port.ts';
import { isRunning, until } from '../fixtures/wait.ts';

interface Started {
  readonly app: App;
  readonly port: number;
}

async function start(files: Record<string, string>, options: Partial<AppOptions> = {}): Promise<Started> {
  const port = await heldPort();
  const app = startApp({
    dir: fixtureApp(files),
    port,
    upstreamUrl: 'http://127.0.0.1:3001',
    otlpEndpoint: 'http://127.0.0.1:4317',
    ...options,
  });
  onTestFinished(() => app.kill());
  return { app, port };
}

/** Its port accepts a moment before the app knows: what it does on SIGTERM is certain only once it has said so. */
function said({ output }: App, line: string): Promise<void> {
  return until(() => output.some(({ text }) => text === line));
}

function grandchildOf({ output }: App): number | undefined {
  const line = output.find(({ text }) => text.startsWith('grandchild '));
  return line && Number(line.text.slice('grandchild '.length));
}

describe('starting', () => {
  test('is ready when the port accepts', async () => {
    const { app, port } = await start({ 'app.ts': GOOD_APP });

    expect(await app.ready).toMatchObject({ outcome: 'ready', url: `http://127.0.0.1:${port}` });
    expect(app.commandLines).toEqual(['node --import tsx app.ts']);
  });

  test('is ready when the app listens on IPv6 alone', async ({ skip }) => {
    const { app, port } = await start({ 'app.ts': GOOD_APP.replace('PORT),', "PORT), '::1',") });
    const ready = await app.ready;
    if (ready.outcome === 'ended' && ready.exit.failure?.message.includes('EADDRNOTAVAIL'))
      skip('no IPv6 here');

    expect(ready).toMatchObject({ outcome: 'ready', url: `http://[::1]:${port}` });
  });

  test('loads tracing.ts before the app', async () => {
    const { app } = await start({ 'app.ts': GOOD_APP, 'tracing.ts': "console.log('tracing');" });
    await said(app, 'open');
    await app.stop();

    expect(app.commandLines).toEqual(['node --import tsx --import ./tracing.ts app.ts']);
    expect(app.output.map(({ text }) => text)).toEqual(['tracing', 'open', 'goodbye']);
  });

  test('runs worker.ts beside the app, and ends both', async () => {
    const { app } = await start({ 'app.ts': GOOD_APP, 'worker.ts': SILENT_APP });
    await said(app, 'open');
    await said(app, 'running');

    expect(app.commandLines).toEqual(['node --import tsx app.ts', 'node --import tsx worker.ts']);
    expect(await app.stop()).toMatchObject({ code: 0, killed: false });
  });

  test('passes settings by the standard variables', async () => {
    const { app, port } = await start({ 'app.ts': GOOD_APP }, { env: { OTEL_BSP_SCHEDULE_DELAY: '50' } });
    await app.ready;
    const read = async (name: string) => (await fetch(`http://127.0.0.1:${port}/?env=${name}`)).text();

    expect(await read('PORT')).toBe(String(port));
    expect(await read('UPSTREAM_URL')).toBe('http://127.0.0.1:3001');
    expect(await read('OTEL_EXPORTER_OTLP_ENDPOINT')).toBe('http://127.0.0.1:4317');
    expect(await read('OTEL_BSP_SCHEDULE_DELAY')).toBe('50');
    expect(await read('NODE_ENV')).toBe('(unset)');
  });

  test('tells when nothing listens in time, and lets the app run', async () => {
    const { app } = await start({ 'app.ts': SILENT_APP }, { readyMs: 100 });

    expect(await app.ready).toMatchObject({ outcome: 'not-listening' });
    expect(isRunning(app.pid ?? 0)).toBe(true);
  });

  test('waits no longer once the signs say that it is of no use', async () => {
    const over = new AbortController();
    const signs = { hints: new EventTarget(), hopeless: over.signal };
    const { app } = await start({ 'app.ts': SILENT_APP }, { readyMs: 60_000, signs });
    over.abort();

    expect(await app.ready).toMatchObject({ outcome: 'not-listening' });
    expect(isRunning(app.pid ?? 0)).toBe(true);
  });

  test('hears what a preload says on file descriptor 3, apart from the output', async () => {
    const lines: string[] = [];
    const tracing = "import { writeSync } from 'node:fs'; writeSync(3, 'a\\nb\\n');";
    const { app } = await start(
      { 'app.ts': GOOD_APP, 'tracing.ts': tracing },
      { onTestimony: (line) => lines.push(line) },
    );
    await said(app, 'open');
    await app.stop();

    expect(lines).toEqual(['a', 'b']);
    expect(app.output.map(({ text }) => text)).toEqual(['open', 'goodbye']);
  });
});

describe('an app that ends before it listens', () => {
  test.each([
    {
      mistake: 'throws',
      files: {
        'app.ts': "\nfunction boom(x: string) {\n  throw new TypeError('no ' + x);\n}\nboom('way');\n",
      },
      failure: { file: 'app.ts', line: 3, message: 'TypeError: no way' },
    },
    {
      mistake: 'throws within a package',
      files: { 'app.ts': "import express from 'express';\n\nexpress().get('/', 1 as never);\n" },
      failure: { file: 'app.ts', line: 3, message: 'TypeError: argument handler must be a function' },
    },
    {
      mistake: 'cannot be parsed',
      files: { 'app.ts': "import './part.ts';\n", 'part.ts': 'const a = 1;\nfoo({ a;\n' },
      failure: { file: 'part.ts', line: 2, message: 'Expected "}" but found ";"' },
    },
    {
      mistake: 'imports what a package does not export',
      files: {
        'app.ts': GOOD_APP,
        'tracing.ts':
          "// Tracing\n\nimport {\n  resourceFromAttribute,\n} from '@opentelemetry/resources';\nresourceFromAttribute();\n",
      },
      failure: {
        file: 'tracing.ts',
        line: 4,
        message: 'resourceFromAttribute is not exported by @opentelemetry/resources.',
      },
    },
    {
      mistake: 'imports a file that is not there',
      files: { 'app.ts': "// The app\nimport { x } from './nope.ts';\nx();\n" },
      failure: { file: 'app.ts', line: 2, message: "Cannot find module 'nope.ts'." },
    },
    {
      mistake: 'imports a package that is not there',
      files: { 'app.ts': "\n\nimport x from 'no-such-package';\nx();\n" },
      failure: { file: 'app.ts', line: 3, message: "Cannot find package 'no-such-package'." },
    },
    {
      mistake: 'rejects a promise that nobody handles',
      files: { 'app.ts': "await Promise.resolve();\nthrow new Error('first line\\nsecond line');\n" },
      failure: { file: 'app.ts', line: 2, message: 'first line' },
    },
  ])('tells file, line and message when it $mistake', async ({ files, failure }) => {
    const { app } = await start(files);

    expect(await app.ready).toEqual({
      outcome: 'ended',
      exit: { file: 'app.ts', code: 1, signal: null, killed: false, failure },
    });
  });

  test('tells the exit code of an app that says nothing', async () => {
    const { app } = await start({ 'app.ts': 'process.exit(3);' });
    const exit = { file: 'app.ts', code: 3, signal: null, killed: false };

    expect(await app.ready).toEqual({ outcome: 'ended', exit });
    expect(await app.exited).toEqual(exit);
  });

  test('tells of a missing app.ts as Node does', async () => {
    const { app } = await start({});

    expect(await app.ready).toMatchObject({ outcome: 'ended', exit: { code: 1 } });
  });

  test('tells of a worker that ends', async () => {
    const { app } = await start({ 'app.ts': SILENT_APP, 'worker.ts': "throw new Error('no queue');" });

    expect(await app.ready).toMatchObject({
      outcome: 'ended',
      exit: { file: 'worker.ts', failure: { file: 'worker.ts', line: 1, message: 'no queue' } },
    });
  });
});

describe('stopping', () => {
  test('lets the app end by itself', async () => {
    const { app, port } = await start({ 'app.ts': GOOD_APP });
    await said(app, 'open');

    expect(await app.stop()).toMatchObject({ code: 0, signal: null, killed: false });
    expect(app.output.at(-1)).toEqual({ stream: 'stdout', text: 'goodbye' });
    expect(await acceptingHost(port)).toBeUndefined();
  });

  test('gives the same answer when called twice, and after the end', async () => {
    const { app } = await start({ 'app.ts': GOOD_APP });
    await said(app, 'open');
    const [first, second] = await Promise.all([app.stop(), app.stop()]);

    expect(first).toMatchObject({ code: 0, killed: false });
    expect(second).toMatchObject({ code: 0, killed: false });
    expect(await app.stop()).toMatchObject({ code: 0, killed: false });
  });

  test.each([
    { habit: 'ignores SIGTERM', source: DEAF_APP, line: 'open' },
    { habit: 'is in an endless loop', source: BUSY_APP, line: 'busy' },
  ])('kills an app that $habit', async ({ source, line }) => {
    const { app, port } = await start({ 'app.ts': source });
    await said(app, line);

    expect(await app.stop(300)).toMatchObject({ code: null, signal: 'SIGKILL', killed: true });
    expect(await acceptingHost(port)).toBeUndefined();
  });

  test('ends what the app has started', async () => {
    const { app } = await start({ 'app.ts': PARENT_APP });
    await said(app, 'open');
    await until(() => grandchildOf(app) !== undefined);
    await app.stop();

    await until(() => !isRunning(grandchildOf(app) ?? 0));
  });

  test('ends an app that is still starting', async () => {
    const { app } = await start({ 'app.ts': GOOD_APP });

    expect(await app.stop()).toMatchObject({ killed: false });
    expect(await app.ready).toMatchObject({ outcome: 'ended' });
  });
});

test('apps in an endless loop do not outlive the process that started them', async () => {
  const starter = fileURLToPath(new URL('../fixtures/start-apps.ts', import.meta.url));
  const ports = [await heldPort(), await heldPort(), await heldPort()];
  const flags = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];
  const args = [...flags, starter, fixtureApp({ 'app.ts': BUSY_APP }), ...ports.map(String)];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
  const pids = line.split(' ').map(Number);
  expect(pids.map(isRunning)).toEqual([true, true]);
  parent.kill('SIGKILL');

  await until(() => !pids.some(isRunning));
  for (const port of ports) await until(async () => (await acceptingHost(port)) === undefined);
});
