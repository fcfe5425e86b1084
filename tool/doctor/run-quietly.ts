import { execFile } from 'node:child_process';

const BOUND_MS = 3000;

/** What a program prints; empty where it is not there, takes too long or fails. */
export function runQuietly(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: BOUND_MS, windowsHide: true, env }, (error, stdout) =>
      resolve(error ? '' : stdout),
    );
  });
}
