import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { renderFindings } from '../../doctor/finding.ts';
import {
  browserFinding,
  clockFinding,
  diskFinding,
  dockerFinding,
  foldersFinding,
} from '../../doctor/machine.ts';
import { copiesFinding, packagesFinding } from '../../doctor/packages.ts';
import { inodesInTable, pidInNetstat, portHolder } from '../../doctor/port-holder.ts';
import { portFindings } from '../../doctor/ports.ts';
import { npmFinding } from '../../doctor/runtime.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'doctor ')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
});

function write(file: string, content: unknown): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), JSON.stringify(content));
}

const OTEL = '@opentelemetry/api';

function install({ version = '1.9.1', onDisk = '', locked = '1.9.1' } = {}): void {
  write('package.json', { dependencies: { [OTEL]: '1.9.1' } });
  const name = `node_modules/${OTEL}`;
  write('package-lock.json', {
    packages: { '': { dependencies: { [OTEL]: locked } }, [name]: { version: '1.9.1' } },
  });
  write('node_modules/.package-lock.json', { packages: { [name]: { version } } });
  write(`${name}/package.json`, { version: onDisk || version });
}

describe('the packages', () => {
  test('are in order where package.json, lockfile, npm’s record and the disk agree', () => {
    install();
    expect(packagesFinding(root)).toMatchObject({ state: 'ok', text: '1, as package-lock.json has them' });
    expect(copiesFinding(root)).toMatchObject({ state: 'ok', text: '1 packages, one copy of each' });
  });

  test.each([
    [{ version: '1.8.0' }, '@opentelemetry/api is not as package-lock.json has it'],
    [{ onDisk: '1.8.0' }, '@opentelemetry/api is damaged on the disk'],
    [{ locked: '1.8.0' }, 'package-lock.json does not name @opentelemetry/api as package.json does'],
  ])('are wrong where they do not: %j', (difference, text) => {
    install(difference);
    expect(packagesFinding(root)).toMatchObject({ state: 'wrong', text, mend: expect.any(String) });
  });

  test('are wrong where there are none', () => {
    expect(packagesFinding(root)).toMatchObject({ state: 'wrong', text: 'package-lock.json cannot be read' });
    install();
    rmSync(path.join(root, 'node_modules'), { recursive: true });
    expect(packagesFinding(root)).toMatchObject({ state: 'wrong', text: 'are not installed' });
    expect(copiesFinding(root)).toMatchObject({ state: 'wrong', text: 'is not installed' });
  });

  test('are wrong where one of OpenTelemetry is there twice', () => {
    install();
    write(`node_modules/other/node_modules/${OTEL}/package.json`, { version: '1.8.0' });
    expect(copiesFinding(root)).toMatchObject({
      state: 'wrong',
      text: '@opentelemetry/api is installed twice: node_modules/@opentelemetry/api and node_modules/other/node_modules/@opentelemetry/api',
    });
  });
});

describe('a port', () => {
  test('that is taken is no fault, and its holder is told where the system tells', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };

    const [finding] = await portFindings(root, { [port]: 'the app' });
    expect(finding).toMatchObject({ subject: `port ${port}`, state: 'note' });
    expect(finding?.mend).toBe(
      'Stop that, or leave it: the workshop then takes another port for the app, and says so',
    );
    if (process.platform === 'linux') {
      expect(finding?.text).toMatch(new RegExp(`^is taken, by .+ \\(process ${process.pid}\\)$`));
      expect(await portHolder(port)).toMatchObject({ pid: process.pid });
    }
    expect(await portFindings(`${process.argv[0]}`, { [port]: 'the app' })).toEqual([
      expect.objectContaining({ state: process.platform === 'linux' ? 'ok' : 'note' }),
    ]);
  });

  test('that is free is told with its use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    expect(await portFindings(root, { [port]: 'the app' })).toEqual([
      { subject: `port ${port}`, state: 'ok', text: 'free, for the app' },
    ]);
  });

  test('is found in the table of Linux, only where somebody listens', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000',
      '   1: 0100007F:0BB8 0100007F:A000 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0000',
    ].join('\n');
    expect(inodesInTable(table, 3000)).toEqual(['4711']);
    expect(inodesInTable(table, 3001)).toEqual([]);
  });

  test('is found in the table of Windows, in any language', () => {
    const table = [
      'Aktive Verbindungen',
      '',
      '  TCP    127.0.0.1:13000        0.0.0.0:0              ABHÖREN         1',
      '  TCP    127.0.0.1:3000         127.0.0.1:5000         HERGESTELLT     2',
      '  TCP    [::1]:3000             [::]:0                 ABHÖREN         42',
    ].join('\r\n');
    expect(pidInNetstat(table, 3000)).toBe(42);
    expect(pidInNetstat(table, 4317)).toBeUndefined();
  });
});

describe('the machine', () => {
  test('has npm, or the mend', () => {
    expect(npmFinding({ PATH: root }, path.join(root, 'node'))).toMatchObject({
      state: 'wrong',
      mend: 'Install Node 24 with npm from https://nodejs.org',
    });
    write('lib/package.json', { version: '11.6.0' });
    write('lib/bin/npm-cli.js', '');
    const env = { npm_execpath: path.join(root, 'lib/bin/npm-cli.js') };
    expect(npmFinding(env, path.join(root, 'node'))).toMatchObject({ state: 'ok', text: '11.6.0' });
  });

  test('has folders that can be written, or says which cannot', () => {
    mkdirSync(path.join(root, 'steps'));
    expect(foldersFinding(root)).toMatchObject({ state: 'ok' });
    rmSync(path.join(root, 'steps'), { recursive: true });
    writeFileSync(path.join(root, 'steps'), 'in the way');
    expect(foldersFinding(root)).toMatchObject({ state: 'wrong', mend: 'Make steps yours to write' });
  });

  test.each(['#', '?', '%'])('has no %s in its path', (sign) => {
    const odd = path.join(root, `a${sign}b`);
    for (const dir of ['.workshop', 'steps']) mkdirSync(path.join(odd, dir), { recursive: true });
    expect(foldersFinding(odd)).toMatchObject({ state: 'wrong', text: `${odd} has a "${sign}" in it` });
  });

  test('has room on its disk', () => {
    expect(diskFinding(root, { installed: true }).text).toMatch(/^\d+ [MG]B free$/);
  });

  test('has a clock that agrees with its file system, and does not go back', () => {
    write('package.json', {});
    expect(clockFinding(root)).toMatchObject({ state: 'ok' });
    expect(clockFinding(root, () => Date.now() - 3_600_000)).toMatchObject({
      state: 'note',
      text: "differs by 3600 s from the file system's",
    });
    const later = new Date(Date.now() + 600_000);
    utimesSync(path.join(root, 'package.json'), later, later);
    expect(clockFinding(root)).toMatchObject({
      state: 'note',
      text: expect.stringMatching(/^is (599|600) s before package\.json was written$/),
    });
  });

  test('opens a browser where it can', () => {
    write('bin/xdg-open', '');
    const PATH = path.join(root, 'bin');
    expect(browserFinding({ PATH, DISPLAY: ':0' }, 'linux')).toMatchObject({
      state: 'ok',
      text: 'opened by xdg-open',
    });
    expect(browserFinding({ PATH }, 'linux')).toMatchObject({ state: 'note' });
    expect(browserFinding({ PATH: root, DISPLAY: ':0' }, 'linux')).toMatchObject({
      state: 'note',
      text: 'there is no xdg-open to open one',
    });
  });
});

test('findings are told in words, each with its mend, and in sum', () => {
  const paint = (_style: string, text: string) => text;
  const text = renderFindings(
    [
      { subject: 'Node', state: 'ok', text: 'v24.0.0' },
      { subject: 'packages', state: 'wrong', text: 'are not installed', mend: 'Run: npm start' },
    ],
    { paint, columns: Number.POSITIVE_INFINITY },
  );
  expect(text).toBe(
    'ok     Node      v24.0.0\nwrong  packages  are not installed. → Run: npm start.\n\nOne thing has to be mended.\n',
  );
});

test('a finding that is longer than the terminal is wide goes on below its own column', () => {
  const paint = (_style: string, text: string) => text;
  const finding = { subject: 'disk', state: 'wrong', text: 'only 3 MB free', mend: 'Free 50 MB' } as const;
  expect(renderFindings([finding], { paint, columns: 34 })).toBe(
    'wrong  disk  only 3 MB free. →\n             Free 50 MB.\n\nOne thing has to be mended.\n',
  );
});

describe.skipIf(process.platform === 'win32')('what runs containers', () => {
  function program(name: string, script: string): void {
    writeFileSync(path.join(root, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(root, name), 0o755);
  }

  test('is not needed', async () => {
    expect(await dockerFinding({ PATH: root })).toMatchObject({ state: 'note', mend: expect.any(String) });
  });

  test('is Docker, where its engine answers', async () => {
    program('docker', 'echo 28.2.2');
    program('podman', 'echo 5.4.0');
    expect(await dockerFinding({ PATH: root })).toMatchObject({ state: 'ok', text: '28.2.2' });
  });

  test('is Podman, where Docker is not there or does not answer', async () => {
    program('podman', 'echo 5.4.0');
    expect(await dockerFinding({ PATH: root })).toMatchObject({
      state: 'ok',
      text: 'Podman 5.4.0 in its place',
    });
    program('docker', 'exit 1');
    expect(await dockerFinding({ PATH: root })).toMatchObject({ text: 'Podman 5.4.0 in its place' });
  });
});
