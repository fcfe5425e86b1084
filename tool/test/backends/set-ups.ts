import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort } from '../../runner/port.ts';
import { composeFolder, listSetUps } from '../compose/compose-files.ts';
import { findServerProgram, type ProgramName, programVersion } from './programs.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** Servers that run as a file of `compose/` has them, from programs: with its configuration, on ports of their own. */
export interface RunningSetUp extends AsyncDisposable {
  /** OTLP/gRPC. */
  readonly endpoint: string;
  /** Of the server that answers queries. */
  readonly queryUrl: string;
  /** `Jaeger 2.20.0` */
  readonly servers: readonly string[];
  /** None where they run in containers. */
  readonly pids: readonly number[];
}

export interface StartOptions {
  /** Where a server may write. */
  readonly folder: string;
  /** As somebody would set them for `npm run compose`. */
  readonly env?: Readonly<Record<string, string>>;
}

export type SetUpName = keyof typeof SET_UPS;

type Start = (options: StartOptions) => Promise<RunningSetUp>;

/** The programs of each set-up, and how they start. */
export const SET_UPS = {
  jaeger: { programs: ['jaeger'], start: (options) => startJaeger('jaeger', options) },
  'jaeger-badger': { programs: ['jaeger'], start: (options) => startJaeger('jaeger-badger', options) },
  zipkin: { programs: ['collector', 'zipkin'], start: startZipkin },
  collector: { programs: ['collector', 'jaeger'], start: startCollector },
  tempo: { programs: ['tempo'], start: startTempo },
} as const satisfies Record<string, { readonly programs: readonly ProgramName[]; readonly start: Start }>;

const LOOPBACK = '127.0.0.1';

/** Jaeger is a Collector, and a Collector's settings can be given one by one. */
const set = (key: string, value: string) => `--set=${key}=${value}`;
const grpc = 'receivers.otlp.protocols.grpc.endpoint';
const http = 'receivers.otlp.protocols.http.endpoint';

async function startJaeger(setUp: 'jaeger' | 'jaeger-badger', options: StartOptions): Promise<RunningSetUp> {
  const { folder } = options;
  const badger = 'extensions.jaeger_storage.backends.traces.badger.directories';
  const directories = [set(`${badger}.keys`, `${folder}/keys`), set(`${badger}.values`, `${folder}/values`)];
  return launchJaeger(`${setUp}/config.yaml`, setUp, setUp === 'jaeger-badger' ? directories : []);
}

async function launchJaeger(
  config: string,
  setUp: SetUpName,
  more: readonly string[],
): Promise<RunningSetUp> {
  const [otlp, otlpHttp, query, queryGrpc, health] = await freePorts(5);
  const server = await startServer({
    program: program('jaeger'),
    args: [
      '--config',
      path.join(composeFolder, config),
      set(grpc, `${LOOPBACK}:${otlp}`),
      set(http, `${LOOPBACK}:${otlpHttp}`),
      set('extensions.jaeger_query.http.endpoint', `${LOOPBACK}:${query}`),
      set('extensions.jaeger_query.grpc.endpoint', `${LOOPBACK}:${queryGrpc}`),
      set('extensions.healthcheckv2.http.endpoint', `${LOOPBACK}:${health}`),
      ...more,
    ],
    env: serviceEnvironment(setUp, 'jaeger'),
    readyUrl: `http://${LOOPBACK}:${health}/status`,
  });
  return running({ otlp, query, servers: [named('jaeger')], processes: [server] });
}

async function startCollector({ env = {} }: StartOptions): Promise<RunningSetUp> {
  const jaeger = await launchJaeger('jaeger/config.yaml', 'collector', []);
  const exporter = set('exporters.otlp_grpc.endpoint', new URL(jaeger.endpoint).host);
  return launchCollector({
    config: 'collector/config.yaml',
    setUp: 'collector',
    args: [exporter],
    env,
    behind: jaeger,
  });
}

async function startZipkin({ env = {} }: StartOptions): Promise<RunningSetUp> {
  const [query] = await freePorts(1);
  const server = await startServer({
    program: 'java',
    args: ['-jar', program('zipkin')],
    env: { ...serviceEnvironment('zipkin', 'zipkin'), QUERY_PORT: String(query) },
    readyUrl: `http://${LOOPBACK}:${query}/health`,
  });
  const info = (await (await fetch(`http://${LOOPBACK}:${query}/info`)).json()) as {
    zipkin: { version: string };
  };
  const servers = [`Zipkin ${info.zipkin.version}`];
  const zipkin = running({ otlp: undefined, query, servers, processes: [server] });
  const exporter = set('exporters.zipkin.endpoint', `${zipkin.queryUrl}/api/v2/spans`);
  return launchCollector({
    config: 'zipkin/collector.yaml',
    setUp: 'zipkin',
    args: [exporter],
    env,
    behind: zipkin,
  });
}

interface CollectorOptions {
  readonly config: string;
  readonly setUp: SetUpName;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly behind: RunningSetUp;
}

async function launchCollector({
  config,
  setUp,
  args,
  env,
  behind,
}: CollectorOptions): Promise<RunningSetUp> {
  const [otlp, otlpHttp, health] = await freePorts(3);
  const server = await startServer({
    program: program('collector'),
    args: [
      '--config',
      path.join(composeFolder, config),
      set(grpc, `${LOOPBACK}:${otlp}`),
      set(http, `${LOOPBACK}:${otlpHttp}`),
      set('extensions.health_check.endpoint', `${LOOPBACK}:${health}`),
      ...args,
    ],
    env: { ...serviceEnvironment(setUp, 'collector'), ...env },
    readyUrl: `http://${LOOPBACK}:${health}/`,
  });
  const both = running({
    otlp,
    query: undefined,
    servers: [named('collector'), ...behind.servers],
    processes: [server],
  });
  const dispose = async () => {
    await both[Symbol.asyncDispose]();
    await behind[Symbol.asyncDispose]();
  };
  const pids = [...both.pids, ...behind.pids];
  return { ...both, pids, queryUrl: behind.queryUrl, [Symbol.asyncDispose]: dispose };
}

interface TempoConfiguration {
  server: object;
  distributor: { receivers: { otlp: { protocols: { grpc: object; http: object } } } };
  live_store: object;
  storage: { trace: { wal: object; local: object } };
}

async function startTempo({ folder }: StartOptions): Promise<RunningSetUp> {
  const [otlp, otlpHttp, query, internal, gossip] = await freePorts(5);
  const config = parse(
    readFileSync(path.join(composeFolder, 'tempo/tempo.yaml'), 'utf8'),
  ) as TempoConfiguration;
  const { protocols } = config.distributor.receivers.otlp;
  Object.assign(config.server, { http_listen_address: LOOPBACK, http_listen_port: query });
  Object.assign(config.server, { grpc_listen_address: LOOPBACK, grpc_listen_port: internal });
  Object.assign(config, { memberlist: { bind_addr: [LOOPBACK], bind_port: gossip } });
  Object.assign(protocols.grpc, { endpoint: `${LOOPBACK}:${otlp}` });
  Object.assign(protocols.http, { endpoint: `${LOOPBACK}:${otlpHttp}` });
  Object.assign(config.storage.trace.wal, { path: `${folder}/wal` });
  Object.assign(config.storage.trace.local, { path: `${folder}/blocks` });
  Object.assign(config.live_store, {
    wal: { path: `${folder}/live-store` },
    shutdown_marker_dir: `${folder}/shutdown-marker`,
  });
  const file = path.join(folder, 'tempo.yaml');
  writeFileSync(file, stringify(config));
  const server = await startServer({
    program: program('tempo'),
    args: [`-config.file=${file}`],
    readyUrl: `http://${LOOPBACK}:${query}/ready`,
  });
  return running({ otlp, query, servers: [named('tempo')], processes: [server] });
}

interface Running {
  readonly otlp: number | undefined;
  readonly query: number | undefined;
  readonly servers: readonly string[];
  readonly processes: readonly ServerProcess[];
}

function running({ otlp, query, servers, processes }: Running): RunningSetUp {
  return {
    endpoint: `http://${LOOPBACK}:${otlp}`,
    queryUrl: `http://${LOOPBACK}:${query}`,
    servers,
    pids: processes.map(({ pid }) => pid),
    [Symbol.asyncDispose]: async () => {
      for (const { stop } of processes) await stop();
    },
  };
}

function program(name: ProgramName): string {
  const found = findServerProgram(name);
  if (found === undefined) throw new Error(`There is no ${name} on this machine.`);
  return found;
}

function named(name: 'jaeger' | 'collector' | 'tempo'): string {
  const server = { jaeger: 'Jaeger', collector: 'Collector', tempo: 'Tempo' }[name];
  return `${server} ${programVersion(name, program(name))}`;
}

/** The environment that the compose file gives to a service; `${NAME:-default}` as the default. */
function serviceEnvironment(setUp: SetUpName, service: string): Record<string, string> {
  const { file } = listSetUps().find(({ name }) => name === setUp) ?? {};
  const entries = Object.entries(file?.services[service]?.environment ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, value.replace(/^\$\{\w+:-(.*)\}$/, '$1')]));
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
