import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const STEP = '03-auto-instrumentation';
const SAVES = 50;
const LIMIT_MS = 1000;

/** One edit that makes the step wrong and right again by turns: the work of the check is the same. */
const RIGHT = '[ExpressLayerType.MIDDLEWARE]';
const WRONG = '[ExpressLayerType.ROUTER]';

export interface LoopTimes {
  /** From each save to the line with its verdict. */
  readonly verdictMs: readonly number[];
  /** From each save until the app is ready again. */
  readonly readyMs: readonly number[];
}

/** Step 3 as a learner has it, saved again and again, each time once the app and the verdict of the last save are there. */
export async function benchLoop(root: string, saves = SAVES): Promise<LoopTimes> {
  const dir = path.join(root, '.workshop', 'bench', STEP);
  mkdirSync(path.dirname(dir), { recursive: true });
  cpSync(path.join(root, 'solutions', STEP), dir, { recursive: true });
  const program = spawn(process.execPath, [path.join(root, 'tool/start.mjs'), 'step', '3', '--dir', dir], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    return await saveAgainAndAgain(program, path.join(dir, 'tracing.ts'), saves);
  } finally {
    const ended = new Promise((resolve) => program.once('exit', resolve));
    program.kill('SIGINT');
    if (program.exitCode === null) await ended;
    rmSync(dir, { recursive: true, force: true });
  }
}

async function saveAgainAndAgain(
  program: ChildProcessByStdio<null, Readable, null>,
  file: string,
  saves: number,
): Promise<LoopTimes> {
  const verdictMs: number[] = [];
  const readyMs: number[] = [];
  const right = readFileSync(file, 'utf8');
  let savedAt = Number.NaN;
  let awaited = new Set(['verdict', 'ready']);
  for await (const line of createInterface(program.stdout)) {
    const kind = /^step 3 · \d+ of \d+ passed/.test(line)
      ? 'verdict'
      : /^Ready in /.test(line)
        ? 'ready'
        : '';
    if (!awaited.delete(kind)) continue;
    if (savedAt > 0) (kind === 'verdict' ? verdictMs : readyMs).push(performance.now() - savedAt);
    if (awaited.size > 0) continue;
    if (verdictMs.length === saves) break;
    awaited = new Set(['verdict', 'ready']);
    savedAt = performance.now();
    writeFileSync(file, verdictMs.length % 2 === 0 ? right.replace(RIGHT, WRONG) : right);
  }
  if (verdictMs.length < saves) throw new Error(`Step 3 ended after ${verdictMs.length} of ${saves} saves`);
  return { verdictMs, readyMs };
}

/** A line each: the median, the slowest of twenty, and what we allow on a machine with two cores. */
export function renderLoopTimes({ verdictMs, readyMs }: LoopTimes): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const line = (what: string, times: readonly number[], limit: string) =>
    [
      what.padEnd(36),
      seconds(quantile(times, 0.5)).padStart(8),
      limit,
      `95 %: ${seconds(quantile(times, 0.95))}`,
    ]
      .join('  ')
      .trimEnd();
  return `${[
    line(`step 3, ${verdictMs.length} saves: to the verdict`, verdictMs, `(limit ${seconds(LIMIT_MS)})`),
    line('the app is ready again', readyMs, ''.padEnd(14)),
  ].join('\n')}\n`;
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}
