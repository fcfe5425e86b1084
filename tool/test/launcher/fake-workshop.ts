import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const tool = path.resolve(import.meta.dirname, '../..');

const LOCKED = {
  '': { name: 'fake' },
  'node_modules/express': { version: '5.0.0' },
  'node_modules/biome': { version: '2.0.0', dev: true },
};

/** Stands in for npm: notes its arguments, then installs what was asked for, fails, or waits for its parent's end, as FAKE_NPM says. */
const NPM = `
const fs = require('node:fs');
const path = require('node:path');
const args = process.argv.slice(2);
fs.appendFileSync(process.env.FAKE_NPM_CALLS, JSON.stringify(args.filter((arg) => !/^--(loglevel|progress|fetch|ignore)/.test(arg))) + '\\n');
const [mode, code] = (process.env.FAKE_NPM || 'install').split(':');
if (mode === 'fail') {
  console.error('npm error code ' + code + '\\nnpm error request to the registry failed\\nnpm error A complete log of this run');
  process.exit(1);
}
if (mode === 'full') {
  console.error('npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write');
  process.exit(1);
}
if (mode === 'no-home' && !args.includes('--cache')) {
  console.error('npm error code EACCES\\nnpm error syscall mkdir\\nnpm error path /home/x/.npm');
  process.exit(1);
}
const prefix = args[args.indexOf('--prefix') + 1];
if (mode === 'hang') waitForParentToEnd(process.ppid);
else if (args.includes('--prefix')) installNode(args.at(-1) === undefined ? '' : args.find((arg) => /^node-.*@/.test(arg)));
else installPackages();
function waitForParentToEnd(parent) {
  setInterval(() => process.ppid === parent || process.exit(1), 20);
}
function installNode(wanted) {
  const [name, version] = wanted.split('@');
  if (version !== '24' && mode === 'old') {
    console.error('npm error code ETARGET\\nnpm error No matching version');
    process.exit(1);
  }
  const bin = path.join(prefix, 'node_modules', name, 'bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.symlinkSync(mode === 'broken' ? '/nowhere' : process.execPath, path.join(bin, 'node'));
}
function installPackages() {
  const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
  const kept = Object.entries(packages).filter(([name, { dev }]) => name && !(dev && args.includes('--omit=dev')));
  fs.mkdirSync('node_modules', { recursive: true });
  fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: Object.fromEntries(kept) }));
}
`;

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with a space in its name that holds the launcher, two packages to install, and an npm that only pretends. */
export class FakeWorkshop implements Disposable {
  readonly parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'launcher ')));
  readonly root = path.join(this.parent, 'work shop');
  readonly npm = path.join(this.parent, 'npm', 'npm-cli.js');

  constructor() {
    mkdirSync(path.join(this.root, 'tool', 'cli'), { recursive: true });
    mkdirSync(path.dirname(this.npm));
    cpSync(path.join(tool, 'start.mjs'), path.join(this.root, 'tool', 'start.mjs'));
    cpSync(path.join(tool, 'launcher'), path.join(this.root, 'tool', 'launcher'), { recursive: true });
    this.write('package.json', JSON.stringify({ type: 'module' }));
    this.lock(LOCKED);
    this.command('console.log(JSON.stringify(argv)); return 0;');
    writeFileSync(this.npm, NPM);
    writeFileSync(this.callsFile, '');
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.root, file)), { recursive: true });
    writeFileSync(path.join(this.root, file), text);
  }

  read(file: string): string {
    return readFileSync(path.join(this.root, file), 'utf8');
  }

  lock(packages: Record<string, object>): void {
    this.write('package-lock.json', JSON.stringify({ packages }));
  }

  /** What the command does, as the body of a function of `argv`. */
  command(body: string): void {
    this.write(
      'tool/cli/main.ts',
      `export async function main(argv: readonly string[]): Promise<number> { ${body} }`,
    );
  }

  /** The arguments of every call of npm so far. */
  get npmCalls(): string[][] {
    const lines = readFileSync(this.callsFile, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as string[]);
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    return spawn(process.execPath, [path.join(this.root, 'tool', 'start.mjs'), ...args], {
      env: { ...process.env, npm_execpath: this.npm, FAKE_NPM_CALLS: this.callsFile, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const child = this.start(args, env);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, out, err: err.replaceAll(this.root, 'ROOT') };
  }

  [Symbol.dispose](): void {
    rmSync(this.parent, { recursive: true, force: true });
  }

  get callsFile(): string {
    return path.join(this.parent, 'calls');
  }
}
