import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

interface Npm {
  findNpm(where: { env: NodeJS.ProcessEnv; nodePath: string }): string | undefined;
}

const { findNpm }: Npm = await import(new URL('../../launcher/npm.mjs', import.meta.url).href);

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'npm ')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function make(file: string): string {
  const absolute = path.join(folder, file);
  mkdirSync(path.dirname(absolute), { recursive: true });
  writeFileSync(absolute, '');
  return absolute;
}

const find = (env: NodeJS.ProcessEnv = {}) =>
  findNpm({ env, nodePath: path.join(folder, 'node', 'bin', 'node') });

describe('npm', () => {
  test('is the one that runs us', () => {
    make('node/lib/node_modules/npm/bin/npm-cli.js');
    const running = make('running/npm-cli.js');
    expect(find({ npm_execpath: running })).toBe(running);
  });

  test('is never another package manager, nor one that is gone', () => {
    const beside = make('node/lib/node_modules/npm/bin/npm-cli.js');
    expect(find({ npm_execpath: make('pnpm.cjs') })).toBe(beside);
    expect(find({ npm_execpath: path.join(folder, 'gone', 'npm-cli.js') })).toBe(beside);
  });

  test('lies beside Node, as on Windows', () => {
    const beside = make('node/bin/node_modules/npm/bin/npm-cli.js');
    expect(find()).toBe(beside);
  });

  test.runIf(process.platform !== 'win32')('is a link on the PATH', () => {
    const script = make('share/npm/bin/npm-cli.js');
    mkdirSync(path.join(folder, 'bin'));
    symlinkSync(script, path.join(folder, 'bin', 'npm'));
    expect(
      find({ PATH: [path.join(folder, 'empty', 'bin'), path.join(folder, 'bin')].join(path.delimiter) }),
    ).toBe(script);
  });

  test('may be nowhere', () => {
    expect(find({ PATH: folder })).toBeUndefined();
    expect(find({})).toBeUndefined();
  });
});
