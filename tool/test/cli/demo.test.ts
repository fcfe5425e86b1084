import path from 'node:path';
import { expect, test } from 'vitest';
import { demoCommand } from '../../cli/demo.ts';
import { Screen } from '../fixtures/screen.ts';
import { until } from '../fixtures/wait.ts';
import { startFakeBackend } from '../relay/fake-backend.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** The demo under way, on free ports. */
class Projector {
  readonly exitCode: Promise<number>;
  readonly #screen = new Screen();

  constructor(options: { lastsMs: number; grpc?: number }) {
    this.exitCode = demoCommand(
      {
        root,
        lastsMs: options.lastsMs,
        ports: { app: 0, upstream: 0, grpc: options.grpc ?? 0, http: 0, console: 0 },
        environment: { PATH: process.env.PATH },
      },
      this.#screen.io,
    );
    this.#screen.interruptWithTest(this.exitCode);
  }

  get text(): string {
    return this.#screen.text;
  }

  interrupt(): void {
    this.#screen.interrupt();
  }
}

test('stops by itself, and says how it was', async () => {
  const projector = new Projector({ lastsMs: 100 });
  expect(await projector.exitCode).toBe(0);
  expect(projector.text).toContain('Demo: ada, grace, edsger and barbara use the shop for 0.1 s');
  expect(projector.text).toMatch(/^\d+ requests: /m);
  expect(projector.text).toContain('Stopping, once the app has flushed its last spans.');
});

test('draws the solved shop under load, and passes it on to the backend; Ctrl-C ends it', async () => {
  await using backend = await startFakeBackend();
  const projector = new Projector({ lastsMs: 600_000, grpc: backend.port });
  await until(() => /^grace │ POST \/items .* → 409/m.test(projector.text), 60_000);
  await until(() => projector.text.includes('✗ UNIQUE constraint failed: items.name'), 30_000);
  await until(() => backend.requests.some(({ body }) => body.includes('UNIQUE constraint failed')), 30_000);
  expect(projector.text).toContain('user.id=grace');
  projector.interrupt();
  expect(await projector.exitCode).toBe(0);
  expect(projector.text).toMatch(/^\d+ requests: \d+ × 200, /m);
}, 150_000);
