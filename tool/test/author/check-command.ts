import { execFile } from 'node:child_process';
import path from 'node:path';
import { root } from './root.ts';

export interface Verdict {
  readonly exitCode: number;
  readonly passed: boolean;
  readonly steps: readonly {
    readonly step: number;
    readonly name: string;
    readonly passed: boolean;
    readonly durationMs: number;
    readonly assertions: readonly {
      readonly name: string;
      readonly passed: boolean;
      readonly message: string;
      readonly diagnosis: string | null;
    }[];
  }[];
}

/** `npm run check` as a learner's shell would run it, with `--json`. Rejects when it printed no document. */
export function check(...args: readonly string[]): Promise<Verdict> {
  const command = [path.join(root, 'tool/start.mjs'), 'check', ...args, '--json'];
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      command,
      { cwd: root, maxBuffer: 1 << 26 },
      (_error, stdout, stderr) => {
        try {
          resolve({ exitCode: child.exitCode ?? -1, ...JSON.parse(stdout) });
        } catch {
          reject(new Error(`${command.join(' ')} gave no JSON.\n${stdout}\n${stderr}`));
        }
      },
    );
  });
}

/** What went wrong, for the message of a failing test. */
export function explain({ steps }: Verdict): string {
  const failed = steps.flatMap(({ assertions }) => assertions).filter(({ passed }) => !passed);
  return failed.map(({ name, diagnosis, message }) => `✗ ${name} [${diagnosis}]\n${message}`).join('\n\n');
}
