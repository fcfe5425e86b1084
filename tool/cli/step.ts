import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Backend, findBackend } from '../relay/find-backend.ts';
import { type App, startApp } from '../runner/app.ts';
import { commandLine, processFiles } from '../runner/command.ts';
import { choosePorts, type PortChoice } from '../runner/port.ts';
import { type AppEvent, type Supervisor, superviseApp } from '../runner/supervise.ts';
import { type Ports, renderAppEvent, renderAppOutput, renderRequests, renderStart } from '../runner/text.ts';
import { wrapLong } from '../terminal/loop-text.ts';
import { type Output, plainLines, statusLine } from '../terminal/status-line.ts';
import { appStateAfter } from './app-state.ts';
import type { Io } from './io.ts';
import type { LessonOptions } from './lesson.ts';
import { type RunningCourse, startCourse } from './running-course.ts';
import type { Services } from './services.ts';
import type { StepTarget } from './step-target.ts';

export interface StepOptions {
  readonly step: StepTarget;
  /** The step as a part of the course: checked in the background, with others to go to. Without it the app just runs. */
  readonly course?: Course;
  /** Open the console in the browser once the app has started. */
  readonly openConsole?: boolean;
  /** Wished for; one that is taken is replaced by a free one, and 0 means any. */
  readonly ports?: Ports<number>;
  /** What the workshop was started with; `UPSTREAM_URL` in it replaces the upstream stand-in. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Called at each start of the app, once it listens, in place of telling what to try. */
  readonly onReady?: (appUrl: string) => void;
}

export type Course = Pick<LessonOptions, 'root' | 'target' | 'targets'>;

const PREFERRED: Ports<number> = { app: 3000, upstream: 3001, grpc: 4317, http: 4318, console: 4319 };
const STOP_MS = 3000;

// On two processors the app and the check hold each other up. By then the check's own app has started: measured, the
// verdict comes 0.12 s sooner than with both at once, and the app 0.35 s later.
const HEAD_START_MS = availableParallelism() > 2 ? 0 : 500;

// The default of 5 s is right at work, and long for somebody who waits for a trace.
const BATCH_DELAY_MS = '500';

/**
 * `npm run step 3`: run a step until Ctrl-C, restarted and checked on every save, draw each trace, and answer keys.
 * Gives the exit code.
 */
export async function stepCommand(options: StepOptions, io: Io): Promise<number> {
  const preferred = options.ports ?? PREFERRED;
  const ports = await choosePorts(preferred);
  const backend = await findBackend({
    environment: options.environment ?? process.env,
    preferredPort: preferred.grpc,
    ownPorts: [ports.grpc.port, ports.http.port],
  });
  const running = new StepLoop(options, io, { ports, backend });
  return await running.run();
}

interface Surroundings {
  readonly ports: Ports<PortChoice>;
  readonly backend: Backend | undefined;
}

class StepLoop {
  readonly #options: StepOptions;
  readonly #io: Io;
  readonly #output: Output;
  readonly #ports: Ports<PortChoice>;
  readonly #backend: Backend | undefined;
  readonly #upstreamUrl: string;
  readonly #ownUpstream: boolean;
  readonly #batchDelayMs: string;
  readonly #course: RunningCourse | undefined;
  #step: StepTarget;
  #goal: StepTarget | undefined;
  #app: Supervisor | undefined;
  #interrupted = false;
  #requestsShown = false;
  #consoleOpened = false;

  constructor(options: StepOptions, io: Io, { ports, backend }: Surroundings) {
    const { UPSTREAM_URL, OTEL_BSP_SCHEDULE_DELAY } = options.environment ?? process.env;
    this.#batchDelayMs = OTEL_BSP_SCHEDULE_DELAY || BATCH_DELAY_MS;
    this.#options = options;
    this.#step = options.step;
    this.#io = io;
    this.#output = io.terminal?.movesCursor ? statusLine(io) : plainLines(io);
    this.#ports = ports;
    this.#backend = backend;
    this.#ownUpstream = Boolean(UPSTREAM_URL);
    this.#upstreamUrl = UPSTREAM_URL || `http://127.0.0.1:${ports.upstream.port}`;
    this.#course = options.course && this.#startCourse(options.course);
  }

  #startCourse(course: Course): RunningCourse {
    return startCourse({
      ...course,
      io: this.#io,
      output: this.#output,
      appUrl: `http://localhost:${this.#ports.app.port}`,
      consolePort: this.#ports.console.port,
      environment: this.#options.environment ?? process.env,
      say: (text) => this.#say(text),
      goTo: (step) => this.#goTo(step),
      end: () => this.#interrupt(),
    });
  }

  async run(): Promise<number> {
    const stopListening = this.#listen();
    try {
      const first = this.#runStep();
      const [services] = await Promise.allSettled([this.#startServices()]);
      if (services.status === 'rejected') this.#end();
      await first;
      while (this.#goal && !this.#interrupted) {
        this.#step = this.#goal;
        this.#goal = undefined;
        await this.#runStep();
      }
      await this.#course?.lesson.close();
      this.#course?.lesson.appChanged({ state: 'stopped' });
      this.#output.close();
      await this.#course?.page.close();
      if (services.status === 'rejected') return this.#giveUp(services.reason);
      await services.value.close();
      return 0;
    } finally {
      stopListening();
      this.#output.close();
    }
  }

  /** Until the app has ended, by an interrupt or because the learner goes to another step. */
  #runStep(): Promise<void> {
    this.#requestsShown = false;
    this.#say(this.#renderStart());
    this.#app = superviseApp({
      dir: this.#step.dir,
      start: () => this.#startApp(),
      onEvent: (event) => this.#tell(event),
      onSave: () => this.#course?.lesson.saved(),
      stopMs: STOP_MS,
      headStartMs: this.#course ? HEAD_START_MS : 0,
    });
    return this.#app.done;
  }

  #goTo(step: StepTarget): void {
    const onTheWay = this.#goal !== undefined;
    this.#goal = step;
    // A second interrupt would kill the app that is still flushing.
    if (!onTheWay) this.#app?.interrupt();
  }

  #listen(): () => void {
    const interrupt = () => this.#interrupt();
    const { terminal } = this.#io;
    const endings = [
      this.#io.onInterrupt(interrupt),
      terminal?.onRedraw(() => this.#output.redraw()),
      terminal?.onKey({ onInterrupt: interrupt, onKey: (key) => this.#course?.terminal.press(key) }),
    ];
    return () => {
      for (const end of endings) end?.();
    };
  }

  #interrupt(): void {
    if (!this.#interrupted)
      this.#say('Stopping, once the app has flushed its last spans. Ctrl-C again kills it.');
    this.#end();
  }

  #end(): void {
    this.#interrupted = true;
    this.#app?.interrupt();
    void this.#course?.lesson.close();
  }

  #renderStart(): string {
    const { ports: preferred = PREFERRED } = this.#options;
    const { number, name, dir, guideFile } = this.#step;
    return renderStart({
      title: `Step ${number}: ${name}`,
      commandLines: processFiles(dir).map((file) => commandLine(dir, file)),
      dir: path.relative('', dir) || '.',
      guideFile: guideFile && path.relative('', guideFile),
      preferred,
      chosen: this.#ports,
      upstreamUrl: this.#upstreamUrl,
      ownUpstream: this.#ownUpstream,
      withConsole: this.#course !== undefined,
      batchDelayMs: this.#batchDelayMs,
      backend: this.#backend?.address,
      colour: this.#io.colour,
    });
  }

  #startApp(): App {
    this.#course?.lesson.appChanged({ state: 'starting' });
    return startApp({
      dir: this.#step.dir,
      port: this.#ports.app.port,
      upstreamUrl: this.#upstreamUrl,
      otlpEndpoint: `http://127.0.0.1:${this.#ports.grpc.port}`,
      inherited: this.#options.environment ?? process.env,
      env: { OTEL_BSP_SCHEDULE_DELAY: this.#batchDelayMs },
      onOutput: (line) => this.#output.print(renderAppOutput(line, this.#io.colour)),
    });
  }

  #tell(event: AppEvent): void {
    const { port } = this.#ports.app;
    this.#say(renderAppEvent(event, { port, colour: this.#io.colour }));
    const state = appStateAfter(event, port);
    if (state) this.#course?.lesson.appChanged(state);
    if (event.type !== 'started') return;
    this.#course?.lesson.started();
    this.#openConsoleOnce();
    if (event.start.outcome !== 'ready') return;
    this.#options.onReady?.(`http://127.0.0.1:${port}`);
    if (this.#requestsShown || this.#options.onReady) return;
    this.#requestsShown = true;
    this.#output.print(renderRequests(port, this.#step.guide));
    this.#course?.terminal.welcome();
  }

  /** Not before the app has started: a browser takes all that the machine has. */
  #openConsoleOnce(): void {
    if (this.#options.openConsole && this.#io.terminal && !this.#consoleOpened) {
      void this.#course?.page.open({ asked: false });
    }
    this.#consoleOpened = true;
  }

  async #startServices(): Promise<Services> {
    const [{ startServices }, { renderTrace }, { renderTraceLink }] = await Promise.all([
      import('./services.ts'),
      import('../terminal/waterfall.ts'),
      import('../terminal/trace-link.ts'),
    ]);
    const { colour, columns } = this.#io;
    const services = await startServices({
      grpcPort: this.#ports.grpc.port,
      httpPort: this.#ports.http.port,
      upstreamPort: this.#ownUpstream ? undefined : this.#ports.upstream.port,
      backend: this.#backend,
      onTrace: (spans, link) => {
        const text = renderTrace(spans, { columns: columns(), colour });
        const below = link ? `\n${renderTraceLink(link, colour)}` : '';
        const whole = `\n${text}${below}`;
        this.#output.print(this.#course?.terminal.folded ? (text.split('\n', 1)[0] ?? '') : whole);
      },
      onProblem: (message) => this.#say(message),
    });
    this.#course?.page.start(services);
    return services;
  }

  /** In a terminal words stay whole; a pipe gets each sentence as one line. */
  #say(text: string): void {
    const { terminal, columns } = this.#io;
    this.#output.print(terminal ? wrapLong(text, columns()) : text);
  }

  #giveUp(error: unknown): number {
    const reason = error instanceof Error ? error.message : String(error);
    this.#io.err.write(
      `The step cannot run: ${reason}. → Start it again; a port may just have been taken.\n`,
    );
    return 3;
  }
}
