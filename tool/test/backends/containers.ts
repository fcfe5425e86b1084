import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { acceptingHost } from '../../runner/port.ts';
import { root } from '../author/root.ts';
import { listSetUps } from '../compose/compose-files.ts';
import type { RunningSetUp, SetUpName, StartOptions } from './set-ups.ts';

const run = promisify(execFile);

const OTLP_PORT = 4317;

/** Where each set-up answers queries. */
const QUERY_PORTS: Readonly<Record<SetUpName, number>> = {
  jaeger: 16686,
  'jaeger-badger': 16686,
  zipkin: 9411,
  collector: 16686,
  tempo: 3200,
};

/** Starts a set-up as `npm run compose NAME` does, on the ports that it has for everybody. */
export async function startContainers(name: SetUpName, { env = {} }: StartOptions): Promise<RunningSetUp> {
  if (await acceptingHost(OTLP_PORT)) {
    throw new Error(
      `Port ${OTLP_PORT} is taken, so compose/${name}.yaml cannot start. → Stop what listens there.`,
    );
  }
  const compose = (word: string) =>
    run(process.execPath, [path.join(root, 'tool/start.mjs'), 'compose', name, word], {
      env: { ...process.env, ...env },
    });
  await compose('up');
  const { file } = listSetUps().find((setUp) => setUp.name === name) ?? {};
  const images = Object.values(file?.services ?? {}).map(({ image = '' }) => image);
  return {
    endpoint: `http://127.0.0.1:${OTLP_PORT}`,
    queryUrl: `http://127.0.0.1:${QUERY_PORTS[name]}`,
    servers: images.filter((image) => !image.startsWith('busybox:')),
    pids: [],
    [Symbol.asyncDispose]: async () => void (await compose('down')),
  };
}
