import path from 'node:path';
import { untilAllAnswer } from '../compose/answers.ts';
import { type Engine, explainNoEngine, findEngine, runEngine } from '../compose/engine.ts';
import { listSetups, type Setup } from '../compose/setups.ts';
import { renderAddresses, renderSetups } from '../compose/text.ts';
import { distance } from '../course/nearest-step.ts';
import { WorkshopError } from '../course/workshop-error.ts';
import type { Io } from './io.ts';

export interface ComposeOptions {
  readonly root: string;
  readonly name: string | undefined;
  /** `up` or `down`. */
  readonly action: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** How long its addresses may take to answer, once its containers have been started. */
  readonly readyMs?: number;
}

const READY_MS = 180_000;

/** `npm run compose jaeger`: start or stop a backend of compose/ in containers. Gives the exit code. */
export async function composeCommand(options: ComposeOptions, io: Io): Promise<number> {
  const { root, environment = process.env } = options;
  const setups = listSetups(path.join(root, 'compose'), environment);
  if (options.name === undefined) {
    io.out.write(renderSetups(setups));
    return 0;
  }
  const setup = findSetup(setups, options.name);
  checkAction(setup, options.action);
  const engine = await findEngine(environment);
  if (!engine) throw await explainNoEngine(environment);

  const stop = new AbortController();
  // The engine hears of Ctrl-C too, and ends by itself.
  const stopListening = io.onInterrupt(() => stop.abort());
  try {
    const calls = { setup, engine, environment, signal: stop.signal };
    return await (options.action === 'down'
      ? takeDown(calls, io)
      : bringUp(calls, options.readyMs ?? READY_MS, io));
  } finally {
    stopListening();
  }
}

interface Calls {
  readonly setup: Setup;
  readonly engine: Engine;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

async function bringUp(calls: Calls, boundMs: number, io: Io): Promise<number> {
  const { setup, engine, environment, signal } = calls;
  const code = await runEngine(engine, [...project(setup), 'up', '--detach'], environment);
  if (signal.aborted) return interrupted(setup, io);
  if (code !== 0) {
    throw new WorkshopError(
      `${setup.name} could not be started (exit code ${code}).`,
      'What is above says why. A port that is taken may be a running workshop: stop it, start this, then start it again.',
    );
  }
  io.out.write(`Waiting until ${setup.name} answers …\n`);
  const [silent] = await untilAllAnswer(setup.addresses, { boundMs, signal });
  if (signal.aborted) return interrupted(setup, io);
  if (silent) {
    const logs = [engine.command, ...engine.args, ...project(setup), 'logs'].join(' ');
    throw new WorkshopError(
      `${setup.name} was started, but ${silent.name} (${silent.url}) does not answer after ${boundMs / 1000} s.`,
      `Look at what it says: ${logs}`,
    );
  }
  io.out.write(renderAddresses(setup));
  return 0;
}

async function takeDown({ setup, engine, environment, signal }: Calls, io: Io): Promise<number> {
  const code = await runEngine(engine, [...project(setup), 'down'], environment);
  if (signal.aborted) return interrupted(setup, io);
  if (code !== 0)
    throw new WorkshopError(
      `${setup.name} could not be stopped (exit code ${code}).`,
      'What is above says why.',
    );
  io.out.write(`${setup.name} is stopped. What it keeps on disk is kept.\n`);
  return 0;
}

/** The exit code that a shell gives for Ctrl-C; containers run on, whoever waits for them. */
function interrupted({ name }: Setup, io: Io): number {
  io.out.write(`Interrupted: ${name} may run all the same. Stop it with npm run compose ${name} down.\n`);
  return 130;
}

/** A project for each set-up, so that one can be stopped while another runs. */
function project({ name, file }: Setup): string[] {
  return ['--project-name', `workshop-${name}`, '--file', path.relative('', file)];
}

function findSetup(setups: readonly Setup[], word: string): Setup {
  const asked = word.toLowerCase().replace(/\.ya?ml$/, '');
  const found = setups.find(({ name }) => name === asked);
  if (found) return found;
  const [nearest] = setups.toSorted((a, b) => distance(asked, a.name) - distance(asked, b.name));
  const names = setups.map(({ name }) => name).join(', ');
  throw new WorkshopError(
    `There is no set-up ${word}.`,
    `Choose one of ${names}, for example: npm run compose ${nearest?.name}.`,
    2,
  );
}

function checkAction({ name }: Setup, action: string): void {
  if (action === 'up' || action === 'down') return;
  throw new WorkshopError(
    `A set-up goes up or down, and not ${action}.`,
    `Run: npm run compose ${name} up, or npm run compose ${name} down.`,
    2,
  );
}
