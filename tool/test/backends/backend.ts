import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { startContainers } from './containers.ts';
import { findMeans } from './means.ts';
import { type RunningSetUp, SET_UPS, type SetUpName } from './set-ups.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What a test ran against. */
    servers?: readonly string[];
  }
}

/** A set-up of `compose/` that runs. */
export interface Backend {
  /** OTLP/gRPC. */
  endpoint: string;
  queryUrl: string;
  /** Stops the servers and starts them again; what they keep stays. */
  restart(): Promise<void>;
}

export interface BackendOptions {
  readonly name: SetUpName;
  /** As somebody would set them for `npm run compose`. */
  readonly env?: Readonly<Record<string, string>>;
}

const START_MS = 300_000;
const STOP_MS = 60_000;

/** Tests of one set-up against its real servers; skipped where these are not to be had. */
export async function describeBackend(
  { name, env = {} }: BackendOptions,
  tests: (backend: Backend) => void,
): Promise<void> {
  const means = await findMeans(name);
  const settings = Object.entries(env).map(([key, value]) => ` with ${key}=${value}`);
  describe.skipIf(means === undefined)(`compose/${name}.yaml${settings}`, () => {
    let folder: string;
    let setUp: RunningSetUp | undefined;
    const start = async () => {
      const options = { folder, env };
      setUp = await (means === 'containers' ? startContainers(name, options) : SET_UPS[name].start(options));
      Object.assign(backend, { endpoint: setUp.endpoint, queryUrl: setUp.queryUrl });
    };
    const restart = async () => {
      await setUp?.[Symbol.asyncDispose]();
      await start();
    };
    const backend: Backend = { endpoint: '', queryUrl: '', restart };

    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'workshop-backend-'));
      await start();
    }, START_MS);
    beforeEach(({ task }) => {
      task.meta.servers = setUp?.servers.map((server) => `${server}, ${means}`) ?? [];
    });
    afterAll(async () => {
      await setUp?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    }, STOP_MS);

    tests(backend);
  });
}
