import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { demoCommand } from '../../cli/demo.ts';
import { until } from '../fixtures/wait.ts';
import { startFakeBackend } from '../relay/fake-backend.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** The demo under way, on free ports. */
class Projector {
  readonly exitCode: Promise<number>;
  #text = '';
  #interrupts = new Set<() => void>();

  constructor(options: { lastsMs: number; grpc?: number }) {
    const write = (text: string) => {
      this.#text += stripVTControlCharacters(text);
    };
    this.exitCode = demoCommand(
      {
        root,
        lastsMs: options.lastsMs,
        ports: { app: 0, upstream: 0, grpc: options.grpc ?? 0, http: 0, console: 0 },
        environment: { PATH: process.env.PATH },
      },
      {
        out: { write },
        err: { write },
        columns: () => 80,
        colour: false,
        onInterrupt: (listener) => {
          this.#interrupts.add(listener);
          return () => this.#interrupts.delete(listener);
        },
      },
    );
    onTestFinished(async () => {
      this.interrupt();
      this.interrupt();
      await this.exitCode;
    });
  }

  get text(): string {
    return this.#text;
  }

  interrupt(): void {
    for (const listener of this.#interrupts) listener();
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
  await until(() => projector.text.includes('✗ UNIQUE constraint failed: items.name'));
  await until(() => backend.requests.some(({ body }) => body.includes('UNIQUE constraint failed')));
  expect(projector.text).toContain('user.id=grace');
  projector.interrupt();
  expect(await projector.exitCode).toBe(0);
  expect(projector.text).toMatch(/^\d+ requests: \d+ × 200, /m);
}, 120_000);
