import { execFileSync } from 'node:child_process';
import { findProgram } from '../../doctor/find-program.ts';

/** A server that `npm run test:backends` can start by itself, without a container. */
export interface ServerProgram {
  readonly server: string;
  /** Names the program; it wins over the PATH and over containers. */
  readonly variable: string;
  /** What it is called on a PATH. */
  readonly file: string;
  readonly download: string;
}

export const PROGRAMS = {
  jaeger: {
    server: 'Jaeger',
    variable: 'JAEGER_BIN',
    file: 'jaeger',
    download: 'https://www.jaegertracing.io/download/',
  },
  collector: {
    server: 'Collector',
    variable: 'OTELCOL_BIN',
    file: 'otelcol-contrib',
    download: 'https://github.com/open-telemetry/opentelemetry-collector-releases/releases',
  },
  zipkin: {
    server: 'Zipkin',
    variable: 'ZIPKIN_JAR',
    file: 'zipkin.jar',
    download: 'https://zipkin.io/pages/quickstart.html (and Java 17)',
  },
  tempo: {
    server: 'Tempo',
    variable: 'TEMPO_BIN',
    file: 'tempo',
    download: 'https://github.com/grafana/tempo/releases',
  },
} as const satisfies Record<string, ServerProgram>;

export type ProgramName = keyof typeof PROGRAMS;

/** Where the program is; undefined where it is not to be had. */
export function findServerProgram(
  name: ProgramName,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const { variable, file } = PROGRAMS[name];
  return env[variable] || findProgram(file, env);
}

/** `2.20.0`, as the program says it; `unknown` where it does not. Zipkin's jar says it only by HTTP. */
export function programVersion(name: ProgramName, program: string): string {
  const args = { jaeger: ['version'], collector: ['--version'], tempo: ['--version'], zipkin: undefined }[
    name
  ];
  const output = args
    ? execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    : '';
  return /\d+\.\d+\.\d+[\w.-]*/.exec(output)?.[0] ?? 'unknown';
}
