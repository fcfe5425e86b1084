import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type StepOptions, stepCommand } from '../../cli/step.ts';
import { acceptingHost } from '../../runner/port.ts';
import { DEAF_APP, fixtureApp, GOOD_APP, TRACED_APP, TRACING } from '../fixtures/apps.ts';
import { Screen } from '../fixtures/screen.ts';
import { until } from '../fixtures/wait.ts';
import { startFakeBackend } from '../relay/fake-backend.ts';

/** A step under way, as the person at the terminal has it. */
class Terminal {
  readonly dir: string;
  readonly exitCode: Promise<number>;
  readonly #screen = new Screen();

  constructor(files: Record<string, string>, options: Partial<StepOptions> = {}) {
    this.dir = fixtureApp(files);
    this.exitCode = stepCommand(
      {
        step: {
          number: 3,
          name: 'auto-instrumentation',
          dir: this.dir,
          guideFile: path.join(this.dir, 'README.md'),
        },
        ports: { app: 0, upstream: 0, grpc: 0, http: 0, console: 0 },
        environment: { PATH: process.env.PATH },
        ...options,
      },
      this.#screen.io,
    );
    this.#screen.interruptWithTest(this.exitCode);
  }

  get text(): string {
    return this.#screen.text;
  }

  get appUrl(): string {
    return /app +(http:\S+)/.exec(this.text)?.[1] ?? '';
  }

  interrupt(): void {
    this.#screen.interrupt();
  }

  shows(text: string): Promise<void> {
    return until(() => this.text.includes(text), 15_000);
  }

  save(file: string, text: string): void {
    writeFileSync(path.join(this.dir, file), text);
  }
}

async function takenPort(): Promise<number> {
  const server = net.createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

function portsIn(text: string): number[] {
  return [...text.matchAll(/http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/g)].map(([, port]) => Number(port));
}

describe('running', () => {
  test('tells what runs, where, by which guide, and what to try', async () => {
    const terminal = new Terminal({ 'app.ts': GOOD_APP });
    await terminal.shows('Ctrl-C ends.');
    const [app, upstream, grpc, http] = portsIn(terminal.text);
    const lines = terminal.text.split('\n').map((line) => line.replace(/Ready in .* s\./, 'Ready.'));
    const dir = path.relative('', terminal.dir);

    expect(lines.filter((line) => !line.startsWith('app │')).slice(0, -1)).toEqual([
      'Step 3: auto-instrumentation',
      '  runs      node --import tsx app.ts',
      `  in        ${dir}`,
      `  guide     ${path.join(dir, 'README.md')}`,
      `  app       http://localhost:${app}  PORT`,
      `  upstream  http://127.0.0.1:${upstream}  UPSTREAM_URL, stands in for httpbin.org`,
      `  receiver  http://localhost:${grpc}  OTEL_EXPORTER_OTLP_ENDPOINT, OTLP/gRPC`,
      `            http://localhost:${http}  OTLP/HTTP`,
      '  batches   every 500 ms  OTEL_BSP_SCHEDULE_DELAY',
      'Ready.',
      'Try, in another terminal:',
      `  curl http://localhost:${app}/`,
      `  curl http://localhost:${app}/items`,
      `  curl http://localhost:${app}/fetch-external`,
      'Save a file to restart; Ctrl-C ends.',
    ]);
  });

  test("tries what the step's guide tries, on the real port", async () => {
    const guide =
      '```\ncurl -H "x: 1" localhost:3000/items\n$ curl localhost:3000/\n```\nUse `curl localhost:3000`.';
    const dir = fixtureApp({ 'app.ts': GOOD_APP });
    const terminal = new Terminal({}, { step: { number: 3, name: 'x', dir, guide } });
    await terminal.shows('Ctrl-C ends.');
    const { host } = new URL(terminal.appUrl);

    expect(terminal.text).toContain(
      `Try, in another terminal:\n  curl -H "x: 1" ${host}/items\n  curl ${host}/\nSave a file`,
    );
  });

  test('shows the output of the app as its own', async () => {
    const terminal = new Terminal({ 'app.ts': `${GOOD_APP}\nconsole.error('careful');` });

    await terminal.shows('app │ careful\n');
    await terminal.shows('app │ open\n');
  });

  test('serves the upstream, or leaves it to UPSTREAM_URL', async () => {
    const standIn = new Terminal({ 'app.ts': GOOD_APP });
    await standIn.shows('Ready');
    const url = await (await fetch(`${standIn.appUrl}/?env=UPSTREAM_URL`)).text();
    await until(() =>
      fetch(`${url}/status/204`).then(
        ({ status }) => status === 204,
        () => false,
      ),
    );

    const environment = { PATH: process.env.PATH, UPSTREAM_URL: 'https://httpbin.example' };
    const real = new Terminal({ 'app.ts': GOOD_APP }, { environment });
    await real.shows('upstream  https://httpbin.example  UPSTREAM_URL\n');
    await real.shows('Ready');
    expect(await (await fetch(`${real.appUrl}/?env=UPSTREAM_URL`)).text()).toBe('https://httpbin.example');
  });

  test('says plainly which ports were taken, and what follows', async () => {
    const [app, grpc] = [await takenPort(), await takenPort()];
    const terminal = new Terminal(
      { 'app.ts': GOOD_APP },
      { ports: { app, upstream: 0, grpc, http: 0, console: 0 } },
    );
    await terminal.shows('Ready');
    const [appPort, , grpcPort] = portsIn(terminal.text);

    expect(terminal.text).toContain(
      `Port ${app} is taken, so the app listens on ${appPort}. → Send your requests there, or stop what has port ${app}.\n` +
        `Port ${grpc} is taken, so spans are received on ${grpcPort}, which the app learns from OTEL_EXPORTER_OTLP_ENDPOINT.` +
        ` → Give the exporter no url of its own: it would send to what has port ${grpc}.\n`,
    );
    expect((await fetch(terminal.appUrl)).status).toBe(200);
  });

  test('draws the traces that it passes on to a backend on the wanted port', async () => {
    await using backend = await startFakeBackend();
    const terminal = new Terminal(
      { 'app.ts': TRACED_APP, 'tracing.ts': TRACING.replace('600_000', '100') },
      { ports: { app: 0, upstream: 0, grpc: backend.port, http: 0, console: 0 } },
    );
    await terminal.shows('Ready');
    const [, , grpcPort] = portsIn(terminal.text);
    expect(terminal.text).toContain(
      `  backend   localhost:${backend.port}  gets from the receiver whatever arrives\n` +
        `Port ${backend.port} has a backend, so spans are received on ${grpcPort}, which the app learns from OTEL_EXPORTER_OTLP_ENDPOINT,` +
        ' and passed on. → Give the exporter no url of its own: its traces would not be drawn here.\n',
    );

    await fetch(`${terminal.appUrl}/items`);
    await until(() => backend.requests.some(({ body }) => body.includes('GET /items')));
    await terminal.shows('GET /items');
    terminal.interrupt();
    expect(await terminal.exitCode).toBe(0);
  });

  test('passes them on to the backend that OTEL_EXPORTER_OTLP_ENDPOINT names, and keeps the app to its receiver', async () => {
    await using backend = await startFakeBackend();
    const terminal = new Terminal(
      { 'app.ts': TRACED_APP, 'tracing.ts': TRACING.replace('600_000', '100') },
      { environment: { PATH: process.env.PATH, OTEL_EXPORTER_OTLP_ENDPOINT: backend.endpoint } },
    );
    await terminal.shows(`  backend   localhost:${backend.port}  gets from the receiver whatever arrives\n`);
    await terminal.shows('Ready');

    await fetch(`${terminal.appUrl}/items`);
    await until(() => backend.requests.some(({ body }) => body.includes('GET /items')));
    await terminal.shows('GET /items');
    expect(terminal.text).not.toContain(' taken');
  });

  test('tells a problem of the receiver once', async () => {
    const terminal = new Terminal({ 'app.ts': GOOD_APP });
    await terminal.shows('Ready');
    const receiver = `http://127.0.0.1:${portsIn(terminal.text)[3]}`;
    await until(async () => (await acceptingHost(Number(new URL(receiver).port))) !== undefined);
    const headers = { 'content-type': 'application/json' };
    for (let count = 0; count < 3; count++) {
      await fetch(`${receiver}/v1/traces`, { method: 'POST', headers, body: '{' });
    }
    const told = terminal.text.split('\n').filter((line) => line.includes('→') && line.includes('JSON'));

    expect(told).toHaveLength(1);
  });
});

describe('saving', () => {
  test('starts the app anew', async () => {
    const terminal = new Terminal({ 'app.ts': GOOD_APP });
    await terminal.shows('app │ open');
    terminal.save('app.ts', GOOD_APP.replace("'open'", "'open again'"));

    await terminal.shows('app.ts changed: restarting.\n');
    await terminal.shows('app │ goodbye\n');
    await terminal.shows('app │ open again\n');
    await until(() =>
      fetch(terminal.appUrl).then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  });

  test('mends an app that crashed at its start', async () => {
    const terminal = new Terminal({
      'app.ts': "import './part.ts';",
      'part.ts': "\nthrow new Error('oh no');\n",
    });
    await terminal.shows(
      'app.ts ended with exit code 1 before it listened. → part.ts:2: oh no\nWaiting for the next save.\n',
    );
    terminal.save('app.ts', GOOD_APP);

    await terminal.shows('app.ts changed: restarting.\n');
    await terminal.shows('Ready');
    expect((await fetch(terminal.appUrl)).status).toBe(200);
  });

  test('mends an app that ended later', async () => {
    const terminal = new Terminal({
      'app.ts': `${GOOD_APP}\nserver.once('request', () => process.exit(7));`,
    });
    await terminal.shows('Ready');
    await fetch(terminal.appUrl).catch(() => {});
    await terminal.shows(
      'app.ts ended with exit code 7. → Its output above says why.\nWaiting for the next save.\n',
    );
    terminal.save('app.ts', GOOD_APP);

    await until(() =>
      fetch(terminal.appUrl).then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  });
});

describe('Ctrl-C', () => {
  test('lets the app flush its last spans, draws them, and leaves no port', async () => {
    const terminal = new Terminal({ 'app.ts': TRACED_APP, 'tracing.ts': TRACING });
    await terminal.shows('Ready');
    await fetch(`${terminal.appUrl}/last`);
    terminal.interrupt();

    expect(await terminal.exitCode).toBe(0);
    expect(terminal.text).toMatch(
      /\ntrace [0-9a-f]{8} · shop · .* · 1 span · GET \/last\n.*GET \/last +SERVER/,
    );
    for (const port of portsIn(terminal.text)) expect(await acceptingHost(port)).toBeUndefined();
  });

  test('kills an app that ignores SIGTERM', async () => {
    const terminal = new Terminal({ 'app.ts': DEAF_APP });
    await terminal.shows('app │ open');
    terminal.interrupt();

    expect(await terminal.exitCode).toBe(0);
    expect(terminal.text).toMatch(
      /The app had not ended 3\.\d s after SIGTERM and was killed, so spans that it held are lost/,
    );
    expect(await acceptingHost(Number(new URL(terminal.appUrl).port))).toBeUndefined();
  });

  test('kills it at once the second time', async () => {
    const terminal = new Terminal({ 'app.ts': DEAF_APP });
    await terminal.shows('app │ open');
    terminal.interrupt();
    await terminal.shows('app │ I stay');
    terminal.interrupt();

    expect(await terminal.exitCode).toBe(0);
    expect(terminal.text).toMatch(/The app had not ended [012]\.\d s after SIGTERM and was killed/);
  });

  test('ends a step whose app has crashed', async () => {
    const terminal = new Terminal({ 'app.ts': 'process.exit(1);' });
    await terminal.shows('Waiting for the next save.');
    terminal.interrupt();

    expect(await terminal.exitCode).toBe(0);
  });

  test('ends a step that is still starting', async () => {
    const terminal = new Terminal({ 'app.ts': GOOD_APP });
    await terminal.shows('receiver');
    await until(() => {
      terminal.interrupt();
      return terminal.text.includes('Stopping');
    });

    expect(await terminal.exitCode).toBe(0);
  });
});
