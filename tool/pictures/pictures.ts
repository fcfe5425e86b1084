import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { AnsiUp } from 'ansi_up';

/** `node tool/pictures/pictures.ts`: the pictures of the terminal, from real runs. Needs Chromium on the PATH. */

const root = path.resolve(import.meta.dirname, '../..');
const start = path.join(root, 'tool/start.mjs');
const run = promisify(execFile);

const environment = { ...process.env, FORCE_COLOR: '1', NO_COLOR: '' };

async function stepPicture(): Promise<string> {
  const child = spawn(process.execPath, [start, 'step', '3', '--solution'], { cwd: root, env: environment });
  let text = '';
  const says = async (word: string) => {
    while (!text.includes(word)) await new Promise((resolve) => child.stdout.once('data', resolve));
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await says('Ctrl-C ends.');
  const app = /http:\/\/localhost:\d+/.exec(text)?.[0];
  await (await fetch(`${app}/items`)).text();
  await (await fetch(`${app}/items`)).text();
  await (await fetch(`${app}/fetch-external`)).text();
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  await ended;
  return `$ npm run step 3 -- --solution\n${text}`;
}

async function checkPicture(): Promise<string> {
  const command = [start, 'check', '3', '--dir', '.workshop/picture'];
  const dir = path.join(root, '.workshop/picture');
  await run('cp', ['-R', path.join(root, 'solutions/03-auto-instrumentation'), dir]);
  await run('cp', ['-R', `${path.join(root, 'checks/mistakes/03-auto-instrumentation/no-esm-hook')}/.`, dir]);
  const { stdout } = await run(process.execPath, command, { cwd: root, env: environment }).catch(
    (error) => error,
  );
  await rm(dir, { recursive: true, force: true });
  return `$ npm run check 3\n${stdout}`;
}

async function draw(name: string, text: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'picture-'));
  const page = path.join(folder, 'page.html');
  const lines = text.trimEnd().split('\n');
  await writeFile(page, renderPage(lines.join('\n')));
  const size = `--window-size=${1000},${lines.length * 20 + 48}`;
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--hide-scrollbars'];
  const quiet = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
  ];
  const output = `--screenshot=${path.join(root, 'docs', name)}`;
  await run('chromium', [
    ...flags,
    ...quiet,
    `--user-data-dir=${folder}/profile`,
    size,
    output,
    pathToFileURL(page).href,
  ]);
  await rm(folder, { recursive: true, force: true });
}

function renderPage(text: string): string {
  const style = `body { margin: 24px; background: #14171c; color: #d6dae0; }
    pre { margin: 0; font: 15px/20px 'DejaVu Sans Mono', Menlo, Consolas, monospace; }
    .ansi-red-fg { color: #ff7b72; } .ansi-green-fg { color: #7ee787; } .ansi-yellow-fg { color: #f2cc60; }
    .ansi-cyan-fg { color: #76e3ea; } .ansi-magenta-fg, .ansi-bright-magenta-fg { color: #d2a8ff; }`;
  const converter = new AnsiUp();
  converter.use_classes = true;
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><pre>${converter.ansi_to_html(text)}</pre>`;
}

await draw('step-3.png', await stepPicture());
await draw('check-3.png', await checkPicture());
