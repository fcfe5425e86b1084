import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const repository = path.resolve(import.meta.dirname, '../../..');

test('works where no package is installed, installs none, and ends with 3', async () => {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'no packages ')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const part of ['start.mjs', 'launcher', 'cli', 'doctor', 'runner', 'terminal', 'course']) {
    cpSync(path.join(repository, 'tool', part), path.join(root, 'tool', part), { recursive: true });
  }
  for (const file of ['package.json', 'package-lock.json']) {
    cpSync(path.join(repository, file), path.join(root, file));
  }
  mkdirSync(path.join(root, 'steps'));

  const { exitCode, text } = await run(root);
  expect(text).toContain('wrong  packages       are not installed. → Run: npm start, which installs them.\n');
  expect(text).toContain('wrong  OpenTelemetry  is not installed. → Run: npm start, which installs it.\n');
  expect(text).toMatch(/^ok {5}Node {11}v\d+/);
  expect(text).toMatch(/2 things have to be mended\.\n$/);
  expect(exitCode).toBe(3);
});

function run(root: string): Promise<{ exitCode: number | null; text: string }> {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  return new Promise((resolve) => {
    const command = [path.join(root, 'tool/start.mjs'), 'doctor'];
    const child = execFile(process.execPath, command, { cwd: root, env }, (_error, stdout, stderr) =>
      resolve({ exitCode: child.exitCode, text: stdout + stderr }),
    );
  });
}
