import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { guardProcessGroup } from './guard.ts';
import { type OutputLine, readLines } from './output.ts';

/** The signals by which a platform, or a person at a terminal, tells a process to end. */
export type StopSignal = 'SIGTERM' | 'SIGINT';

export interface ExitFacts {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True when it had to be killed, because it did not end by itself in time. */
  readonly killed: boolean;
}

export interface Child {
  readonly pid: number | undefined;
  /** Settles once the process has ended and its output is read; never rejects. */
  readonly exited: Promise<ExitFacts>;
  /**
   * SIGTERM (or the signal given), and after `boundMs` SIGKILL to it and to all that it started.
   * Calling it again changes nothing.
   */
  stop(boundMs: number, signal?: StopSignal): Promise<ExitFacts>;
  /** SIGKILL to it and to all that it started, at once. */
  kill(): void;
}

export interface ChildOptions {
  readonly nodePath: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onLine: (line: OutputLine) => void;
  /** Lines that the process writes to file descriptor 3, which is open only where somebody listens. */
  readonly onTestimony?: ((line: string) => void) | undefined;
}

const WINDOWS = process.platform === 'win32';
const OUTPUT_BOUND_MS = 250;
const LONGEST_TESTIMONY = 64 * 1024;

/** Start Node as the leader of a process group of its own, so that Ctrl-C in the terminal does not reach it twice. */
export function startChild({ nodePath, args, cwd, env, onLine, onTestimony }: ChildOptions): Child {
  const child = spawn(nodePath, args, {
    cwd,
    env: WINDOWS ? withSignals(env) : env,
    stdio: [
      'ignore',
      'pipe',
      'pipe',
      onTestimony ? 'pipe' : 'ignore',
      ...(WINDOWS ? ['ipc'] : []),
    ] as StdioOptions,
    detached: !WINDOWS,
    windowsHide: true,
  });
  const guard = WINDOWS || child.pid === undefined ? undefined : guardProcessGroup(child.pid);
  readOutput(child, onLine, onTestimony);

  let killed = false;
  const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const exited = whenEnded(child, onLine).then((exit) => {
    guard?.release();
    return { ...exit, killed };
  });

  const kill = () => {
    if (!running()) return;
    killed = true;
    killGroup(child.pid);
  };
  let told = false;
  const stop = async (boundMs: number, signal: StopSignal = 'SIGTERM') => {
    // Once only: a second signal ends an app that listens for one with `process.once` and is still flushing.
    if (running() && !told) terminate(child, signal);
    told = true;
    const timer = setTimeout(kill, boundMs);
    return exited.finally(() => clearTimeout(timer));
  };
  return { pid: child.pid, exited, stop, kill };
}

function readOutput(
  { stdio }: ChildProcess,
  onLine: ChildOptions['onLine'],
  onTestimony: ChildOptions['onTestimony'],
): void {
  const [, stdout, stderr, testimony] = stdio as (Readable | null)[];
  if (stdout) readLines(stdout, (text) => onLine({ stream: 'stdout', text }));
  if (stderr) readLines(stderr, (text) => onLine({ stream: 'stderr', text }));
  if (testimony && onTestimony) readLines(testimony, onTestimony, LONGEST_TESTIMONY);
}

function whenEnded(child: ChildProcess, onLine: ChildOptions['onLine']): Promise<Omit<ExitFacts, 'killed'>> {
  const { promise, resolve } = Promise.withResolvers<Omit<ExitFacts, 'killed'>>();
  child.once('error', (error) => {
    if (child.pid !== undefined) return;
    onLine({ stream: 'stderr', text: error.message });
    resolve({ code: null, signal: null });
  });
  child.once('exit', (code, signal) => {
    // What the app started must not outlive it; it would also keep the output open.
    killGroup(child.pid);
    const timer = setTimeout(() => {
      // After one more look at what can be read: on a busy machine the time may have passed before the first.
      setImmediate(() => {
        for (const stream of child.stdio) stream?.destroy();
      });
    }, OUTPUT_BOUND_MS);
    child.once('close', () => {
      clearTimeout(timer);
      resolve({ code, signal });
    });
  });
  return promise;
}

function terminate(child: ChildProcess, signal: StopSignal): void {
  if (!WINDOWS) child.kill(signal);
  else if (child.connected) child.send(signal, () => {});
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  if (WINDOWS) {
    spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).once(
      'error',
      () => {},
    );
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
}

/** Windows delivers no signals: a small preload emits them in the app when told so over the process channel. */
function withSignals(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const preload = fileURLToPath(new URL('signals-on-windows.cjs', import.meta.url));
  return { ...env, NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --require ${JSON.stringify(preload)}`.trim() };
}
