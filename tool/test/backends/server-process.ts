import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../../runner/child.ts';
import { OutputTail } from '../../runner/output.ts';

export interface ServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Answers with 2xx once the server can be used. */
  readonly readyUrl: string;
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

const READY_MS = 90_000;
const STOP_MS = 20_000;

/** Starts a server and waits until it is ready. Throws, with its last lines, where it does not come up. */
export async function startServer({ program, args, env, readyUrl }: ServerOptions): Promise<ServerProcess> {
  const output = new OutputTail({ maxLines: 40 });
  const child = startChild({
    nodePath: program,
    args,
    cwd: tmpdir(),
    env: { ...process.env, ...env },
    onLine: (line) => output.add(line),
  });
  const over = new AbortController();
  const ended = child.exited.then(() => false);
  const ready = await Promise.race([ended, untilReady(readyUrl, over.signal)]);
  over.abort();
  if (!ready) {
    child.kill();
    const lines = output.lines.map(({ text }) => text).join('\n');
    throw new Error(`${program} ${args.join(' ')} did not come up:\n${lines}`);
  }
  return { pid: child.pid ?? 0, stop: async () => void (await child.stop(STOP_MS)) };
}

async function untilReady(url: string, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + READY_MS;
  while (!signal.aborted && performance.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return true;
    await delay(100);
  }
  return false;
}
