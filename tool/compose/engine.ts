import { spawn } from 'node:child_process';
import { WorkshopError } from '../course/workshop-error.ts';
import { findProgram } from '../doctor/find-program.ts';
import { runQuietly } from '../doctor/run-quietly.ts';

/** A program that runs Compose files, and its arguments before those of Compose. */
export interface Engine {
  readonly command: string;
  readonly args: readonly string[];
}

interface Candidate extends Engine {
  /** Prints something where the engine knows Compose. */
  readonly hasCompose: readonly string[];
  /** Prints something where the engine runs. */
  readonly runs: readonly string[];
}

const CANDIDATES: readonly Candidate[] = [
  {
    command: 'docker',
    args: ['compose'],
    hasCompose: ['compose', 'version'],
    runs: ['version', '--format', '{{.Server.Version}}'],
  },
  { command: 'docker-compose', args: [], hasCompose: ['version'], runs: ['ls'] },
  { command: 'podman', args: ['compose'], hasCompose: ['compose', 'version'], runs: ['info'] },
  // Where Podman is older than 4.7, which knows no `podman compose`.
  { command: 'podman-compose', args: [], hasCompose: ['version'], runs: ['version'] },
];

/** The first of Docker and Podman that runs and knows Compose; undefined where neither does. Never rejects. */
export async function findEngine(environment: NodeJS.ProcessEnv): Promise<Engine | undefined> {
  const found = (await survey(environment)).find(({ hasCompose, runs }) => hasCompose && runs);
  return found && { command: found.command, args: found.args };
}

/** What keeps containers from running here, and what to do. */
export async function explainNoEngine(environment: NodeJS.ProcessEnv): Promise<WorkshopError> {
  const installed = await survey(environment);
  const stopped = installed.find(({ hasCompose }) => hasCompose);
  if (stopped) {
    return new WorkshopError(
      `${stopped.command} is installed, but its engine does not answer, so no backend can be started.`,
      'Start Docker Desktop, the docker service, or podman machine start, and run again.',
    );
  }
  const [bare] = installed;
  if (bare) {
    return new WorkshopError(
      `${bare.command} is installed without Compose, so no backend can be started.`,
      "Install Docker's Compose plugin; for Podman, docker-compose or podman-compose.",
    );
  }
  return new WorkshopError(
    'There is neither Docker nor Podman on this machine, so no backend can be started.',
    'Install one of them; or go on without, as the terminal shows all that the course needs.',
  );
}

interface Installed extends Engine {
  readonly hasCompose: boolean;
  readonly runs: boolean;
}

/** What is installed, in the order of preference. */
async function survey(environment: NodeJS.ProcessEnv): Promise<Installed[]> {
  const answers = (command: string, args: readonly string[]) =>
    runQuietly(command, args, environment).then((text) => text.trim() !== '');
  const candidates = CANDIDATES.filter(({ command }) => findProgram(command, environment));
  return Promise.all(
    candidates.map(async ({ command, args, hasCompose, runs }) => ({
      command,
      args,
      hasCompose: await answers(command, hasCompose),
      runs: await answers(command, runs),
    })),
  );
}

/** Runs the engine in this terminal. Gives its exit code; null where a signal ended it. */
export function runEngine(
  { command, args }: Engine,
  given: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const child = spawn(command, [...args, ...given], { stdio: 'inherit', env: environment });
  child.once('error', reject).once('exit', resolve);
  return promise;
}
