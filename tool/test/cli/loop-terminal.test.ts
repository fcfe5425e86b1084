import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { fixtureApp } from '../fixtures/apps.ts';
import { hasTmux, Tmux, type TmuxOptions } from '../fixtures/tmux.ts';
import { until } from '../fixtures/wait.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const STEP = '03-auto-instrumentation';
const ALL = ' step 3 · 14 of 14 passed · done';

vi.setConfig({ testTimeout: 180_000 });

interface Session extends Tmux {
  /** Relative to the workshop's root. */
  readonly folder: string;
  readonly file: string;
}

/** `npm run step 3` in a real terminal, on a copy of the solution. */
function step3(options: Partial<TmuxOptions> = {}): Session {
  const dir = fixtureApp({});
  cpSync(path.join(ROOT, 'solutions', STEP), dir, { recursive: true });
  const tmux = new Tmux({ cwd: ROOT, ...options });
  const folder = path.relative(ROOT, dir);
  tmux.type(`stty -a > "${folder}/stty"`);
  tmux.type(`"${process.execPath}" tool/start.mjs step 3 --dir "${folder}"; echo "exit $?"`);
  return Object.assign(tmux, { folder, file: path.join(dir, 'tracing.ts') });
}

async function isAsBefore(terminal: Session): Promise<void> {
  terminal.type(`stty -a | diff "${terminal.folder}/stty" - && echo "as be"fore`);
  await terminal.shows('as before');
}

/** The program, by its command line; and, where the system tells, the apps that it has in the folder. */
function processesOf(folder: string): number[] {
  const list = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  return [...list.matchAll(/^ *(\d+) (.*)$/gm)]
    .filter(([, pid = '', args = '']) => args.includes(folder) || workingFolder(pid).endsWith(folder))
    .map(([, pid]) => Number(pid));
}

/** Linux only; empty elsewhere, and for a process that has ended. */
function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

describe.skipIf(!hasTmux)('in a terminal (needs tmux)', () => {
  test('keeps the verdict in the last line, below traces and output, at every width', async () => {
    const terminal = step3();
    await terminal.shows(ALL);
    const [, port] = /app +http:\/\/localhost:(\d+)/.exec(terminal.scrollback) ?? [];
    await fetch(`http://localhost:${port}/items`);
    await terminal.shows(/GET \/items +SERVER/);
    expect(terminal.lastLine).toBe(ALL);

    terminal.resize(60);
    await until(() => terminal.lastLine === ALL);
    terminal.resize(28);
    await until(() => terminal.lastLine === ' step 3 · 14 of 14 passed…');
    terminal.resize(100);
    await until(() => terminal.lastLine === ALL);
    expect(terminal.scrollback.match(/14 of 14 passed/g)).toHaveLength(1);
    terminal.press('q');
    await terminal.shows('exit 0');
  });

  test('checks each save, and shows the report and the keys on demand', async () => {
    const terminal = step3();
    await terminal.shows(ALL);
    const right = readFileSync(terminal.file, 'utf8');
    writeFileSync(terminal.file, right.replace('ExpressLayerType.MIDDLEWARE', 'ExpressLayerType.ROUTER'));
    await terminal.shows('tracing.ts changed: restarting.');
    await terminal.shows(' step 3 · 13 of 14 passed · next: middleware makes no spans');
    terminal.press('c');
    await terminal.shows('Step 3: 13 of 14 passed.');
    terminal.press('?');
    await terminal.shows('  c       check now, and show the whole report');
    terminal.press('n');
    await terminal.shows('This folder is run by itself, so there is no other step.');
    writeFileSync(terminal.file, right);
    await terminal.shows(ALL);
    expect(terminal.lastLine).toBe(ALL);
  });

  test('gives the terminal back as it was, by q and by Ctrl-C, and leaves no process', async () => {
    for (const key of ['q', 'C-c']) {
      const terminal = step3();
      await terminal.shows(ALL);
      const running = processesOf(terminal.folder);
      expect(running.length).toBeGreaterThan(0);
      terminal.press(key);
      await terminal.shows('exit 0');
      await isAsBefore(terminal);
      await until(() => processesOf(terminal.folder).length === 0);
    }
  });

  test('gives the terminal back when a signal ends it, or a fault of ours, and leaves no app', async () => {
    const faulty = `process.on('SIGUSR2', () => { throw new Error('fault'); })`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(faulty)}` };
    for (const [signal, end] of [
      ['SIGTERM', 'exit 0'],
      ['SIGUSR2', 'exit 3'],
    ] as const) {
      const terminal = step3({ env });
      await terminal.shows(ALL);
      const [pid = 0] = processesOf(`--dir ${terminal.folder}`);
      process.kill(pid, signal);
      await terminal.shows(end);
      await isAsBefore(terminal);
      await until(() => processesOf(terminal.folder).length === 0);
    }
  });

  test('lets Ctrl-Z and fg work as in any program', async () => {
    const terminal = step3();
    await terminal.shows(ALL);
    terminal.press('C-z');
    await terminal.shows(/Stopped|\[1\] \+/);
    terminal.type('echo in the "sh"ell');
    await terminal.shows('in the shell');
    terminal.type('fg');
    await until(() => terminal.lastLine === ALL);
    terminal.press('q');
    await until(() => processesOf(terminal.folder).length === 0, 30_000);
    terminal.type('echo back in the "sh"ell');
    await terminal.shows('back in the shell');
  });

  test('colours nothing with NO_COLOR, and moves no cursor in a dumb terminal', async () => {
    const plain = step3({ env: { NO_COLOR: '1', TERM: 'dumb' } });
    await plain.shows('step 3 · 14 of 14 passed · done');
    plain.press('?');
    await plain.shows('  q       quit, as Ctrl-C');
    plain.press('q');
    await plain.shows('exit 0');
  });
});

test('without a terminal it prints plain lines, and hears no keys', async () => {
  const dir = fixtureApp({});
  cpSync(path.join(ROOT, 'solutions', STEP), dir, { recursive: true });
  const { spawn } = await import('node:child_process');
  const program = spawn(process.execPath, [path.join(ROOT, 'tool/start.mjs'), 'step', '3', '--dir', dir], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let text = '';
  program.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const ended = new Promise((resolve) => program.once('exit', resolve));
  program.stdin.end('q\u0003');
  await until(() => text.includes('step 3 · 14 of 14 passed · done\n'), 60_000);
  program.kill('SIGINT');

  expect(await ended).toBe(0);
  expect(text).not.toContain('\u001B');
});
