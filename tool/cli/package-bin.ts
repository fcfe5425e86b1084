import { spawn } from 'node:child_process';
import path from 'node:path';

const COMMANDS = {
  lint: ['@biomejs/biome/bin/biome', 'check'],
  format: ['@biomejs/biome/bin/biome', 'check', '--write'],
  typecheck: ['typescript/bin/tsc'],
} as const;

/** `npm run lint`, `format` and `typecheck`, with whatever else was given. Gives the tool's exit code. */
export function developerCommand(root: string, name: keyof typeof COMMANDS, given: readonly string[]) {
  const [script, ...args] = COMMANDS[name];
  return runPackageScript(root, script, [...args, ...given]);
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
