import { spawn } from 'node:child_process';
import path from 'node:path';

type Call = readonly [script: string, ...args: string[]];

const COMMANDS = {
  lint: [['@biomejs/biome/bin/biome', 'check']],
  format: [['@biomejs/biome/bin/biome', 'check', '--write']],
  // The console's page is checked by itself: it has a DOM and no Node, and its tests have both.
  typecheck: ['.', 'tool/console/client', 'tool/test/console'].map(
    (project): Call => ['typescript/bin/tsc', '--project', project],
  ),
} satisfies Record<string, readonly Call[]>;

/** `npm run lint`, `format` and `typecheck`, with whatever else was given. Gives the exit code of the first that fails. */
export async function developerCommand(root: string, name: keyof typeof COMMANDS, given: readonly string[]) {
  for (const [script, ...args] of COMMANDS[name]) {
    const exitCode = await runPackageScript(root, script, [...args, ...given]);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

/** Run a script of an installed package in this Node and this terminal; its exit code, 1 where a signal ended it. */
export function runPackageScript(root: string, script: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const command = [path.join(root, 'node_modules', script), ...args];
    const child = spawn(process.execPath, command, { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
