import { setTimeout as delay } from 'node:timers/promises';
import { listSteps } from '../course/steps.ts';
import { WorkshopError } from '../course/workshop-error.ts';
import { generateLoad } from '../demo/load.ts';
import { renderDemoEnd, renderDemoStart, renderVisited } from '../demo/text.ts';
import { HABITS } from '../demo/visits.ts';
import type { Io } from './io.ts';
import { type StepOptions, stepCommand } from './step.ts';
import { stepTarget } from './step-target.ts';

export interface DemoOptions extends Pick<StepOptions, 'ports' | 'environment'> {
  readonly root: string;
  /** How long the load lasts. */
  readonly lastsMs?: number;
}

const LASTS_MS = 60_000;
const START_MS = 30_000;
const LEAST_PAUSE_MS = 600;
const MOST_PAUSE_MS = 2600;

/** `npm run demo`: the solved shop under a load that stops by itself, as for a projector. Gives the exit code. */
export async function demoCommand(options: DemoOptions, io: Io): Promise<number> {
  const { root, lastsMs = LASTS_MS, ...others } = options;
  const step = listSteps(root).at(-1);
  if (!step) throw new WorkshopError('There is no step in steps/.', 'Run: git checkout steps.');

  const over = new AbortController();
  const interrupts = new Set<() => void>();
  const interrupt = () => {
    for (const listener of interrupts) listener();
  };
  let load: Promise<void> | undefined;
  let tooLate = false;
  const late = setTimeout(() => {
    tooLate = true;
    interrupt();
  }, START_MS);
  const onReady = (url: string) => {
    clearTimeout(late);
    load ??= showLoad({ url, lastsMs, over: over.signal }, io).then(interrupt);
  };
  try {
    const target = { step, dir: step.solutionDir, own: false };
    const code = await stepCommand(
      { ...others, step: stepTarget(target), onReady },
      interruptible(io, interrupts),
    );
    return tooLate ? 3 : code;
  } finally {
    clearTimeout(late);
    over.abort();
    await load;
  }
}

interface LoadRun {
  readonly url: string;
  readonly lastsMs: number;
  /** Aborted where the shop has ended before. */
  readonly over: AbortSignal;
}

async function showLoad({ url, lastsMs, over }: LoadRun, io: Io): Promise<void> {
  const say = (line: string) => void io.out.write(`${line}\n`);
  const statuses: number[] = [];
  say(renderDemoStart(Object.keys(HABITS).filter(Boolean), lastsMs / 1000));
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), lastsMs);
  await generateLoad({
    url,
    habits: HABITS,
    signal: AbortSignal.any([over, enough.signal]),
    pause: lookAtIt,
    onVisited: (visited) => {
      // The app restarts, or has been stopped.
      if (visited.status === undefined) return;
      statuses.push(visited.status);
      say(renderVisited(visited));
    },
  });
  clearTimeout(timer);
  say(renderDemoEnd(statuses));
}

async function lookAtIt(signal: AbortSignal): Promise<void> {
  const ms = LEAST_PAUSE_MS + Math.random() * (MOST_PAUSE_MS - LEAST_PAUSE_MS);
  await delay(ms, undefined, { signal }).catch(() => {});
}

/** The terminal, where `interrupts` can be called as Ctrl-C would. */
function interruptible(io: Io, interrupts: Set<() => void>): Io {
  const onInterrupt: Io['onInterrupt'] = (listener) => {
    interrupts.add(listener);
    const stop = io.onInterrupt(listener);
    return () => {
      interrupts.delete(listener);
      stop();
    };
  };
  return { ...io, onInterrupt };
}
