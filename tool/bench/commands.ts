import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const RUNS = 5;
const BOUND_MS = 60_000;

export interface CommandTime {
  readonly call: string;
  /** The median of the runs. */
  readonly ms: number;
  /** What we allow on a machine with two cores. */
  readonly limitMs: number;
}

/** Whole commands, from the start of the process: a cold check of step 3, and step 3 until it is ready. */
export async function benchCommands(root: string): Promise<CommandTime[]> {
  const check = await repeat(() => untilEnd(root, ['check', '3', '--solution']));
  const step = await repeat(() => untilLine(root, ['step', '3', '--solution'], /^Ready in /));
  return [
    { call: 'npm run check 3 -- --solution', ms: median(check), limitMs: 2000 },
    { call: 'npm run step 3 -- --solution, ready', ms: median(step), limitMs: 1500 },
  ];
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

function start(root: string, args: readonly string[]) {
  return spawn(process.execPath, [path.join(root, 'tool/start.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: BOUND_MS,
  });
}

async function untilEnd(root: string, args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const child = start(root, args);
  child.stdout.resume();
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with exit code ${code}`);
  return performance.now() - startedAt;
}

/** The time until the command prints a line that matches; then it is stopped as by Ctrl-C, and its end awaited. */
async function untilLine(root: string, args: readonly string[], wanted: RegExp): Promise<number> {
  const startedAt = performance.now();
  const child = start(root, args);
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
