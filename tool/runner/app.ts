import { type Child, type ExitFacts, type StopSignal, startChild } from './child.ts';
import { commandLine, nodeArguments, type ProcessFile, processFiles } from './command.ts';
import { appEnvironment } from './environment.ts';
import { type Failure, findFailure } from './failure.ts';
import { type OutputLine, OutputTail } from './output.ts';
import { untilAccepting, type WaitOptions } from './port.ts';

export interface AppOptions {
  /** The step's folder. */
  readonly dir: string;
  readonly port: number;
  readonly upstreamUrl: string;
  /** Where the receiver takes OTLP/gRPC. */
  readonly otlpEndpoint: string;
  /** More settings for the app, over everything inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** Keep the learner's own OTEL_* and Node settings away from the app, as a check must. */
  readonly neutral?: boolean;
  /** How long the port may take to accept; 10 s where nothing is said. */
  readonly readyMs?: number;
  /** Where the app itself tells how far it got: then its port is tried seldom without that. */
  readonly signs?: StartSigns;
  readonly nodePath?: string;
  readonly inherited?: NodeJS.ProcessEnv;
  readonly onOutput?: (line: AppOutputLine) => void;
  /** Lines that a preload of the caller's writes to file descriptor 3, apart from the app's own output. */
  readonly onTestimony?: (line: string) => void;
}

export interface StartSigns {
  /** Dispatches `look` when the app says that it listens. */
  readonly hints: EventTarget;
  /** Aborts when its port will never accept. */
  readonly hopeless: AbortSignal;
}

export interface AppOutputLine extends OutputLine {
  readonly file: ProcessFile;
}

/** How the app started; a learner's mistake is a value here, never an exception. */
export type AppStart =
  /** The port accepts at `url`, `ms` after the start. */
  | { readonly outcome: 'ready'; readonly url: string; readonly ms: number }
  /** It ended before its port accepted. */
  | { readonly outcome: 'ended'; readonly exit: AppExit }
  /** It runs on, and after `ms` its port still does not accept. */
  | { readonly outcome: 'not-listening'; readonly ms: number };

export interface AppExit extends ExitFacts {
  /** The process that ended: the app, or its worker. */
  readonly file: ProcessFile;
  /** The error that ended it, if its output shows one. */
  readonly failure?: Failure;
}

export interface AppStop extends ExitFacts {
  /** From the call of `stop()` until the app had ended. */
  readonly ms: number;
}

export interface App extends AsyncDisposable {
  /** What was run, as a learner would type it, a line a process. */
  readonly commandLines: readonly string[];
  readonly pid: number | undefined;
  /** The last lines of all output, bounded. */
  readonly output: readonly OutputLine[];
  /** Settles once; never rejects. */
  readonly ready: Promise<AppStart>;
  /** Settles when the first of its processes has ended, for whatever reason; never rejects. */
  readonly exited: Promise<AppExit>;
  /** The signal, then after `boundMs` (5 s where nothing is said) SIGKILL to it and to all that it started. */
  stop(boundMs?: number, signal?: StopSignal): Promise<AppStop>;
  /** SIGKILL to it and to all that it started, at once. */
  kill(): void;
}

const READY_MS = 10_000;
const STOP_MS = 5_000;
/** Trying a port costs the app that is about to listen there some of its processor. */
const HINTED_RETRY_MS = 500;

/** Start the step's processes, as the learner would start them at work; `ready` tells when the app's port accepts. */
export function startApp(options: AppOptions): App {
  const startedAt = performance.now();
  const output = new OutputTail();
  const env = appEnvironment({
    inherited: options.inherited ?? process.env,
    neutral: options.neutral ?? false,
    settings: appSettings(options),
  });
  const processes = processFiles(options.dir).map((file) => startProcess({ file, options, env, output }));
  const exited = Promise.race(processes.map(({ exited }) => exited));

  const stop = async (boundMs = STOP_MS, signal: StopSignal = 'SIGTERM') => {
    const calledAt = performance.now();
    const [app] = await Promise.all(processes.map(({ child }) => child.stop(boundMs, signal)));
    return { ...(app as ExitFacts), ms: performance.now() - calledAt };
  };
  return {
    commandLines: processes.map(({ file }) => commandLine(options.dir, file)),
    pid: processes[0]?.child.pid,
    output: output.lines,
    ready: whenReady({ exited, startedAt, options }),
    exited,
    stop,
    kill: () => {
      for (const { child } of processes) child.kill();
    },
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

function appSettings({ port, upstreamUrl, otlpEndpoint, env }: AppOptions): Record<string, string> {
  return {
    PORT: String(port),
    UPSTREAM_URL: upstreamUrl,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
    ...env,
  };
}

interface AppProcess {
  readonly file: ProcessFile;
  readonly child: Child;
  readonly exited: Promise<AppExit>;
}

interface ProcessOptions {
  readonly file: ProcessFile;
  readonly options: AppOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly output: OutputTail;
}

function startProcess({ file, options, env, output }: ProcessOptions): AppProcess {
  const stderr = new OutputTail({ maxLines: 200 });
  const child = startChild({
    nodePath: options.nodePath ?? process.execPath,
    args: nodeArguments(options.dir, file),
    cwd: options.dir,
    env,
    onTestimony: options.onTestimony,
    onLine: (line) => {
      output.add(line);
      if (line.stream === 'stderr') stderr.add(line);
      options.onOutput?.({ ...line, file });
    },
  });
  const exited = child.exited.then((exit) => {
    const lines = stderr.lines.map(({ text }) => text);
    const failure = exit.code === 0 ? undefined : findFailure(lines, options.dir);
    return { ...exit, file, ...(failure && { failure }) };
  });
  return { file, child, exited };
}

interface ReadyOptions {
  readonly exited: Promise<AppExit>;
  readonly startedAt: number;
  readonly options: AppOptions;
}

async function whenReady({ exited, startedAt, options }: ReadyOptions): Promise<AppStart> {
  const { port, readyMs = READY_MS, signs } = options;
  const over = new AbortController();
  const ended = exited.then((exit): AppStart => ({ outcome: 'ended', exit }));
  const wait: WaitOptions = {
    boundMs: readyMs,
    ...(signs && { hints: signs.hints, retryMs: HINTED_RETRY_MS }),
    signal: AbortSignal.any([over.signal, ...(signs ? [signs.hopeless] : [])]),
  };
  const listening = untilAccepting(port, wait).then((host): AppStart => {
    const ms = performance.now() - startedAt;
    if (host === undefined) return { outcome: 'not-listening', ms };
    return { outcome: 'ready', url: `http://${host === '::1' ? '[::1]' : host}:${port}`, ms };
  });
  const start = await Promise.race([ended, listening]);
  over.abort();
  return start;
}
