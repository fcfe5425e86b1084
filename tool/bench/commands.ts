import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { listSteps } from '../course/steps.ts';
import { findNpm } from '../launcher/npm.mjs';

const RUNS = 5;
const BOUND_MS = 60_000;

const CHECK_LIMIT_MS = 2500;
const CHECK_LIMITS_MS: Readonly<Record<string, number>> = { 3: 2000, all: 12_000 };

export interface CommandTime {
  readonly call: string;
  /** The median of the runs. */
  readonly ms: number;
  /** What we allow on a machine with two cores. */
  readonly limitMs: number;
}

/** Whole commands, from the start of the process: a cold check of each step and of all, and step 3 until it is ready. */
export async function benchCommands(root: string): Promise<CommandTime[]> {
  const checks: CommandTime[] = [];
  for (const step of [...listSteps(root).map(({ number }) => String(number)), 'all']) {
    const times = await repeat(() => untilEnd(root, ['check', step, '--', '--solution']));
    const limitMs = CHECK_LIMITS_MS[step] ?? CHECK_LIMIT_MS;
    checks.push({ call: `npm run check ${step} -- --solution`, ms: median(times), limitMs });
  }
  const ready = await repeat(() => untilLine(root, ['step', '3', '--solution'], /^Ready in /));
  return [...checks, { call: 'npm run step 3 -- --solution, ready', ms: median(ready), limitMs: 1500 }];
}

/** A line a command. */
export function renderCommandTimes(times: readonly CommandTime[]): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const lines = times.map(({ call, ms, limitMs }) =>
    [call.padEnd(36), seconds(ms).padStart(8), `(limit ${seconds(limitMs)})`].join('  '),
  );
  return `${lines.join('\n')}\n`;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

async function repeat(measure: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await measure());
  return times;
}

function start(root: string, script: string, args: readonly string[]) {
  return spawn(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: BOUND_MS,
  });
}

/** With what npm takes, as the learner types it. */
async function untilEnd(root: string, args: readonly string[]): Promise<number> {
  const npm = findNpm();
  if (npm === undefined)
    throw new Error('npm is not on this machine. → Install Node 24 with npm from https://nodejs.org.');
  const startedAt = performance.now();
  const child = start(root, npm, ['run', '--silent', ...args]);
  child.stdout.resume();
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with exit code ${code}`);
  return performance.now() - startedAt;
}

/** Without npm, and until the command prints a line that matches; then it is stopped as by Ctrl-C, and its end awaited. */
async function untilLine(root: string, args: readonly string[], wanted: RegExp): Promise<number> {
  const startedAt = performance.now();
  const child = start(root, path.join(root, 'tool/start.mjs'), args);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let ms: number | undefined;
  for await (const line of createInterface(child.stdout)) {
    if (ms !== undefined || !wanted.test(line)) continue;
    ms = performance.now() - startedAt;
    child.kill('SIGINT');
  }
  await ended;
  if (ms === undefined) throw new Error(`${args.join(' ')} never printed ${wanted}`);
  return ms;
}
