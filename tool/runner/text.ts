import { styleText } from 'node:util';
import type { AppExit, AppOutputLine, AppStart } from './app.ts';
import { renderFailure } from './failure.ts';
import type { PortChoice } from './port.ts';
import type { AppEvent } from './supervise.ts';

export type PortName = 'app' | 'upstream' | 'grpc' | 'http' | 'console';
export type Ports<Value> = Readonly<Record<PortName, Value>>;

export interface StartText {
  readonly title: string;
  readonly commandLines: readonly string[];
  /** Where the command lines run, as the learner would name it. */
  readonly dir: string;
  /** What the learner reads, likewise. */
  readonly guideFile?: string | undefined;
  readonly preferred: Ports<number>;
  readonly chosen: Ports<PortChoice>;
  readonly upstreamUrl: string;
  /** The app calls this address in place of the stand-in. */
  readonly ownUpstream: boolean;
  /** Whether there is a console: only a step of the course has one. */
  readonly withConsole: boolean;
  /** How long a batch span processor waits before it exports. */
  readonly batchDelayMs: string;
  /** The address of what gets every span as well; absent where nothing does. */
  readonly backend?: string | undefined;
  readonly colour: boolean;
}

/** What is about to run, where it listens, by which variables the app knows it, and what follows from ports that were taken. */
export function renderStart(start: StartText): string {
  const { chosen, colour } = start;
  const label = (text: string) => paint('dim', text.padEnd(10), colour);
  const standIn = start.ownUpstream ? '' : ', stands in for httpbin.org';
  return [
    paint('bold', start.title, colour),
    ...start.commandLines.map((line, at) => `  ${label(at === 0 ? 'runs' : '')}${line}`),
    `  ${label('in')}${start.dir}`,
    ...(start.guideFile ? [`  ${label('guide')}${start.guideFile}`] : []),
    `  ${label('app')}http://localhost:${chosen.app.port}  PORT`,
    `  ${label('upstream')}${start.upstreamUrl}  UPSTREAM_URL${standIn}`,
    `  ${label('receiver')}http://localhost:${chosen.grpc.port}  OTEL_EXPORTER_OTLP_ENDPOINT, OTLP/gRPC`,
    `  ${label('')}http://localhost:${chosen.http.port}  OTLP/HTTP`,
    ...(start.withConsole ? [`  ${label('console')}http://localhost:${chosen.console.port}`] : []),
    `  ${label('batches')}every ${start.batchDelayMs} ms  OTEL_BSP_SCHEDULE_DELAY`,
    ...(start.backend
      ? [`  ${label('backend')}${start.backend}  gets from the receiver whatever arrives`]
      : []),
    ...renderTakenPorts(start).map((line) => paint('yellow', line, colour)),
  ].join('\n');
}

function renderTakenPorts({ preferred, chosen, ownUpstream, withConsole, backend }: StartText): string[] {
  const hasBackend = backend === `localhost:${preferred.grpc}`;
  const received = `spans are received on ${chosen.grpc.port}, which the app learns from OTEL_EXPORTER_OTLP_ENDPOINT`;
  const consequences: Ports<string> = {
    app: `the app listens on ${chosen.app.port}. → Send your requests there, or stop what has port ${preferred.app}.`,
    upstream: `the upstream listens on ${chosen.upstream.port}, which the app learns from UPSTREAM_URL. → Nothing to do.`,
    grpc: hasBackend
      ? `${received}, and passed on. → Give the exporter no url of its own: its traces would not be drawn here.`
      : `${received}. → Give the exporter no url of its own: it would send to what has port ${preferred.grpc}.`,
    http: `OTLP/HTTP is received on ${chosen.http.port}. → Nothing to do: the exporter of this course speaks gRPC.`,
    console: `the console is at http://localhost:${chosen.console.port}. → Open that address.`,
  };
  return (Object.keys(consequences) as PortName[])
    .filter((name) => chosen[name].replaced && !(name === 'upstream' && ownUpstream))
    .filter((name) => name !== 'console' || withConsole)
    .map((name) => {
      const problem = name === 'grpc' && hasBackend ? 'has a backend' : 'is taken';
      return `Port ${preferred[name]} ${problem}, so ${consequences[name]}`;
    });
}

const USUAL_REQUESTS = ['/', '/items', '/fetch-external'];
const MOST_REQUESTS = 5;

/** What to try on the app's real port: the `curl` lines of the step's guide, or the usual ones where it has none. */
export function renderRequests(port: number, guide = ''): string {
  const fromGuide = [...guide.matchAll(/^\s*(?:\$ )?(curl .*localhost:3000.*)$/gm)].map(([, line = '']) =>
    line.replaceAll('localhost:3000', `localhost:${port}`),
  );
  const usual = USUAL_REQUESTS.map((path) => `curl http://localhost:${port}${path}`);
  const lines = fromGuide.length > 0 ? [...new Set(fromGuide)].slice(0, MOST_REQUESTS) : usual;
  return [
    'Try, in another terminal:',
    ...lines.map((line) => `  ${line}`),
    'Save a file to restart; Ctrl-C ends.',
  ].join('\n');
}

/** A line of the app's own output, told from ours by its prefix. */
export function renderAppOutput({ file, stream, text }: AppOutputLine, colour: boolean): string {
  const name = file.replace('.ts', '');
  return `${paint(stream === 'stderr' ? 'red' : 'dim', `${name} │`, colour)} ${text}`;
}

/** What happened to the app, in a line, and in a second one what it waits for. */
export function renderAppEvent(event: AppEvent, { port, colour }: { port: number; colour: boolean }): string {
  switch (event.type) {
    case 'started':
      return renderStarted(event.start, port, colour);
    case 'ended':
      return paint('red', `${renderEnd(event.exit)}. ${renderReason(event.exit)}\n${WAITING}`, colour);
    case 'changed':
      return paint('cyan', `${renderFiles(event.files)} changed: restarting.`, colour);
    case 'killed':
      return paint('yellow', renderKilled(event.afterMs), colour);
  }
}

const WAITING = 'Waiting for the next save.';

function renderStarted(start: AppStart, port: number, colour: boolean): string {
  if (start.outcome === 'ready') return paint('green', `Ready in ${seconds(start.ms)}.`, colour);
  if (start.outcome === 'not-listening') {
    const problem = `Nothing listens on port ${port} after ${seconds(start.ms)}, so no request can arrive.`;
    return paint(
      'red',
      `${problem} → Let the app listen on process.env.PORT, and let nothing before app.listen() wait for ever.\n${WAITING}`,
      colour,
    );
  }
  const { exit } = start;
  return paint('red', `${renderEnd(exit)} before it listened. ${renderReason(exit)}\n${WAITING}`, colour);
}

function renderEnd({ file, code, signal }: AppExit): string {
  if (signal) return `${file} was ended by ${signal}`;
  return code === null ? `${file} could not be run` : `${file} ended with exit code ${code}`;
}

function renderReason({ failure, code }: AppExit): string {
  if (failure) return `→ ${renderFailure(failure)}`;
  return code === 0
    ? '→ It had nothing left to do: is app.listen() called, on process.env.PORT?'
    : '→ Its output above says why.';
}

function renderFiles([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function renderKilled(afterMs: number): string {
  const problem = `The app had not ended ${seconds(afterMs)} after SIGTERM and was killed, so spans that it held are lost.`;
  return `${problem} → Let it exit after provider.shutdown().`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function paint(style: Parameters<typeof styleText>[0], text: string, colour: boolean): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}
