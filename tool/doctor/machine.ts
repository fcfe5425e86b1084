import { mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { signOfAddress } from '../launcher/address.mjs';
import { canOpenBrowser } from '../runner/browser.ts';
import { findProgram } from './find-program.ts';
import type { Finding } from './finding.ts';
import { runQuietly } from './run-quietly.ts';

/** What opens the console's page by itself. Without it the address is there to be clicked. */
export function browserFinding(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Finding {
  const subject = 'browser';
  const opener = { darwin: 'open', win32: 'cmd' }[platform as string] ?? 'xdg-open';
  const screen = canOpenBrowser(env, platform);
  if (env.BROWSER || (screen && findProgram(opener, env, platform)))
    return { subject, state: 'ok', text: `opened by ${env.BROWSER || opener}` };
  const reason = screen ? `there is no ${opener} to open one` : 'there is no screen here to open one on';
  return {
    subject,
    state: 'note',
    text: reason,
    mend: 'Open printed addresses by hand; the terminal has all that you need',
  };
}

/** Optional: only a backend such as Jaeger needs it, or Podman in its place. */
export async function dockerFinding(env: NodeJS.ProcessEnv = process.env): Promise<Finding> {
  const subject = 'Docker';
  const ask = async (...[command, ...args]: readonly [string, ...string[]]) =>
    (await runQuietly(command, args, env)).trim();
  const docker = await ask('docker', 'version', '--format', '{{.Server.Version}}');
  if (docker) return { subject, state: 'ok', text: docker };
  const podman = await ask('podman', 'info', '--format', '{{.Version.Version}}');
  if (podman) return { subject, state: 'ok', text: `Podman ${podman} in its place` };
  const mend = 'Nothing: only a backend of your own, such as Jaeger, would need it';
  return { subject, state: 'note', text: 'does not run here', mend };
}

const NEEDED_MB = 50;
const INSTALL_MB = 300;

/** Room for backups, and for the packages where they are not installed. */
export function diskFinding(root: string, { installed }: { installed: boolean }): Finding {
  const subject = 'disk';
  const { bavail, bsize } = statfsSync(root);
  const free = Math.floor((bavail * bsize) / 1e6);
  const needed = installed ? NEEDED_MB : INSTALL_MB;
  const text = `${free < 10_000 ? `${free} MB` : `${Math.floor(free / 1000)} GB`} free`;
  if (free >= needed) return { subject, state: 'ok', text };
  return { subject, state: 'wrong', text: `only ${text}`, mend: `Free ${needed} MB` };
}

/** Whether the folders that the workshop writes to are the learner's. */
export function foldersFinding(root: string): Finding {
  const subject = 'folders';
  const sign = signOfAddress(root);
  if (sign) {
    return {
      subject,
      state: 'wrong',
      text: `${root} has a "${sign}" in it`,
      mend: 'Move the workshop to a folder without one',
    };
  }
  for (const dir of ['.workshop', 'steps']) {
    try {
      touch(path.join(root, dir), () => {});
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const mend = code === 'ENOSPC' ? 'Free some space' : `Make ${dir} yours to write`;
      return { subject, state: 'wrong', text: `${dir} cannot be written (${code})`, mend };
    }
  }
  return { subject, state: 'ok', text: '.workshop and steps can be written' };
}

const SKEW_MS = 2000;
const MINUTE_MS = 60_000;

/** Without a network: against the clock of the file system, and against the files that are there already. */
export function clockFinding(root: string, now = () => Date.now()): Finding {
  const subject = 'clock';
  const mend = 'Set the clock right, or restart the virtual machine: spans carry its time';
  try {
    const skew = touch(path.join(root, '.workshop'), (file) => statSync(file).mtimeMs - now());
    if (Math.abs(skew) > SKEW_MS)
      return { subject, state: 'note', text: `differs by ${seconds(skew)} from the file system's`, mend };
    const behind = statSync(path.join(root, 'package.json')).mtimeMs - now();
    if (behind > MINUTE_MS)
      return { subject, state: 'note', text: `is ${seconds(behind)} before package.json was written`, mend };
  } catch {
    return { subject, state: 'note', text: 'could not be compared', mend: 'Make .workshop yours to write' };
  }
  return { subject, state: 'ok', text: new Date(now()).toISOString() };
}

const seconds = (ms: number) => `${Math.round(Math.abs(ms) / 1000)} s`;

/** Write a file, look at it, and take it away. */
function touch<T>(dir: string, look: (file: string) => T): T {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, `.doctor-${process.pid}`);
  try {
    writeFileSync(file, 'x');
    return look(file);
  } finally {
    rmSync(file, { force: true });
  }
}
