import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { composeCommand } from '../../cli/compose.ts';
import { WorkshopError } from '../../course/workshop-error.ts';
import { heldPort } from '../fixtures/held-port.ts';
import { Screen } from '../fixtures/screen.ts';
import { until } from '../fixtures/wait.ts';
import { startFakeBackend } from '../relay/fake-backend.ts';

/** A program that writes down how it was called. `answers` are its exit codes, by the words of a call; 0 for any other. */
function program(name: string, answers: Record<string, number>): string {
  const failures = Object.entries(answers).map(([words, code]) => `*'${words}'*) exit ${code};;`);
  return [
    '#!/bin/sh',
    `echo "${name} $*" >> "$CALLS"`,
    `case "$*" in ${failures.join(' ')} esac`,
    'echo fine',
    '',
  ].join('\n');
}

interface Fixture {
  readonly setups?: Record<string, string>;
  readonly programs?: Record<string, Record<string, number>>;
  readonly environment?: NodeJS.ProcessEnv;
}

/** A repository with these set-ups, and a PATH with these programs alone. */
class Machine {
  readonly root = mkdtempSync(path.join(tmpdir(), 'compose '));
  readonly #screen = new Screen();
  readonly #environment: NodeJS.ProcessEnv;

  constructor({ setups = { jaeger: '' }, programs = {}, environment = {} }: Fixture = {}) {
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    for (const folder of ['compose', 'bin']) mkdirSync(path.join(this.root, folder));
    for (const [name, text] of Object.entries(setups)) {
      writeFileSync(path.join(this.root, 'compose', `${name}.yaml`), text || 'services: {}\n');
    }
    for (const [name, answers] of Object.entries(programs)) {
      writeFileSync(path.join(this.root, 'bin', name), program(name, answers));
      chmodSync(path.join(this.root, 'bin', name), 0o755);
    }
    this.#environment = { PATH: path.join(this.root, 'bin'), CALLS: this.#callsFile, ...environment };
  }

  get text(): string {
    return this.#screen.text;
  }

  get calls(): string[] {
    if (!existsSync(this.#callsFile)) return [];
    const text = readFileSync(this.#callsFile, 'utf8').replaceAll(path.relative('', this.root), 'ROOT');
    return text.trim().split('\n');
  }

  get #callsFile(): string {
    return path.join(this.root, 'calls');
  }

  /** The exit code, also of what is told in a line; that line is then in the text. */
  async compose(name?: string, action = 'up', readyMs = 30_000): Promise<number> {
    try {
      return await composeCommand(
        { root: this.root, name, action, environment: this.#environment, readyMs },
        this.#screen.io,
      );
    } catch (error) {
      if (!(error instanceof WorkshopError)) throw error;
      this.#screen.io.out.write(error.message);
      return error.exitCode;
    }
  }

  interrupt(): void {
    this.#screen.interrupt();
  }
}

const setup = (...addresses: string[]) => `
x-workshop:
  about: What it is for.
  addresses: [${addresses.map((url, at) => `{ name: Page ${at + 1}, url: "${url}" }`).join(', ')}]
services: {}
`;

async function page(status = 200): Promise<string> {
  const server = http.createServer((_request, response) => response.writeHead(status).end());
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const NO_COMPOSE = { 'compose version': 1 };
const NOT_RUNNING = { 'version --format': 1, info: 1, ls: 1 };

describe('the call', () => {
  test('without a name lists what there is, from the files alone', async () => {
    const machine = new Machine({ setups: { zipkin: setup(), jaeger: setup(), 'jaeger-badger': setup() } });
    expect(await machine.compose()).toBe(0);
    expect(machine.text).toBe(
      '  jaeger         What it is for.\n' +
        '  jaeger-badger  What it is for.\n' +
        '  zipkin         What it is for.\n' +
        'Start one with npm run compose NAME, stop it with npm run compose NAME down.\n',
    );
  });

  test.each([
    [
      'jeager',
      'up',
      'There is no set-up jeager. → Choose one of jaeger, zipkin, for example: npm run compose jaeger.',
    ],
    [
      'zip',
      'up',
      'There is no set-up zip. → Choose one of jaeger, zipkin, for example: npm run compose zipkin.',
    ],
    [
      'jaeger',
      'stop',
      'A set-up goes up or down, and not stop. → Run: npm run compose jaeger up, or npm run compose jaeger down.',
    ],
  ])('%s %s is wrong', async (name, action, text) => {
    const machine = new Machine({ setups: { zipkin: '', jaeger: '' }, programs: { docker: {} } });
    expect(await machine.compose(name, action)).toBe(2);
    expect(machine.text).toBe(text);
    expect(machine.calls).toEqual([]);
  });
});

// The engines of this file are scripts, which Windows does not run.
describe.skipIf(process.platform === 'win32')('the engine', () => {
  test.each([
    ['Docker', { docker: {}, podman: {} }, 'docker compose '],
    [
      'docker-compose, where Docker has no Compose',
      { docker: NO_COMPOSE, 'docker-compose': {} },
      'docker-compose ',
    ],
    ['Podman, where Docker does not run', { docker: NOT_RUNNING, podman: {} }, 'podman compose '],
    [
      'podman-compose, where Podman has no Compose',
      { podman: NO_COMPOSE, 'podman-compose': {} },
      'podman-compose ',
    ],
  ])('is %s', async (_, programs, command) => {
    const machine = new Machine({ programs });
    expect(await machine.compose('jaeger')).toBe(0);
    expect(machine.calls.at(-1)).toBe(
      `${command}--project-name workshop-jaeger --file ROOT/compose/jaeger.yaml up --detach`,
    );
  });

  test.each([
    [
      {},
      'There is neither Docker nor Podman on this machine, so no backend can be started. → Install one of them; or go on without, as the terminal shows all that the course needs.',
    ],
    [
      { docker: NO_COMPOSE },
      "docker is installed without Compose, so no backend can be started. → Install Docker's Compose plugin; for Podman, docker-compose or podman-compose.",
    ],
    [
      { docker: NOT_RUNNING, podman: { ...NO_COMPOSE, ...NOT_RUNNING } },
      'docker is installed, but its engine does not answer, so no backend can be started. → Start Docker Desktop, the docker service, or podman machine start, and run again.',
    ],
  ])('is asked for where %j is all', async (programs, text) => {
    const machine = new Machine({ programs });
    expect(await machine.compose('jaeger')).toBe(3);
    expect(machine.text).toBe(text);
  });
});

describe.skipIf(process.platform === 'win32')('up', () => {
  test('waits until every address answers, and prints them', async () => {
    await using backend = await startFakeBackend();
    const [web, otlp] = [await page(404), `http://localhost:${backend.port}`];
    const machine = new Machine({ setups: { jaeger: setup(web, otlp) }, programs: { docker: {} } });
    expect(await machine.compose('jaeger')).toBe(0);
    expect(machine.text).toBe(
      'Waiting until jaeger answers …\n' +
        'jaeger runs:\n' +
        `  Page 1  ${web}\n` +
        `  Page 2  ${otlp}\n` +
        'Now start a step, or start it again: it passes on to there whatever it receives.\n' +
        'Stop it with npm run compose jaeger down.\n',
    );
    expect(backend.probes).toBeGreaterThan(0);
  });

  test('takes the address from the environment where the file does', async () => {
    const url = await page();
    const file = setup(`http://\${PLACE:-nowhere.invalid}:${new URL(url).port}`);
    const environment = { PLACE: 'localhost' };
    const machine = new Machine({ setups: { jaeger: file }, programs: { docker: {} }, environment });
    expect(await machine.compose('jaeger')).toBe(0);
    expect(machine.text).toContain(`Page 1  ${url}\n`);
  });

  test('fails where an address does not answer, and says where to look', async () => {
    const silent = `http://localhost:${await heldPort()}`;
    const machine = new Machine({
      setups: { jaeger: setup(await page(503), silent) },
      programs: { docker: {} },
    });
    expect(await machine.compose('jaeger', 'up', 0)).toBe(3);
    expect(machine.text).toMatch(
      /jaeger was started, but Page 1 \(http:\S+\) does not answer after 0 s\. → Look at what it says: docker compose --project-name workshop-jaeger --file \S.*jaeger\.yaml logs$/,
    );
  });

  test('fails where the engine does', async () => {
    const machine = new Machine({ programs: { docker: { 'up --detach': 17 } } });
    expect(await machine.compose('jaeger')).toBe(3);
    expect(machine.text).toBe(
      'jaeger could not be started (exit code 17). → What is above says why. A port that is taken may be a running workshop: stop it, start this, then start it again.',
    );
  });

  test('ends at Ctrl-C', async () => {
    const machine = new Machine({
      setups: { jaeger: setup(`http://localhost:${await heldPort()}`) },
      programs: { docker: {} },
    });
    const code = machine.compose('jaeger');
    await until(() => machine.text.includes('Waiting'));
    machine.interrupt();
    expect(await code).toBe(130);
    expect(machine.text).toContain('Stop it with npm run compose jaeger down.');
  });
});

describe.skipIf(process.platform === 'win32')('down', () => {
  test('keeps the volumes', async () => {
    const machine = new Machine({ programs: { docker: {} } });
    expect(await machine.compose('jaeger', 'down')).toBe(0);
    expect(machine.calls.at(-1)).toBe(
      'docker compose --project-name workshop-jaeger --file ROOT/compose/jaeger.yaml down',
    );
    expect(machine.text).toBe('jaeger is stopped. What it keeps on disk is kept.\n');
  });
});
