import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { runQuietly } from './run-quietly.ts';

/** The process that listens on a port. */
export interface Holder {
  readonly pid: number;
  readonly name: string;
  /** With its arguments, where the system tells; else its name. */
  readonly command: string;
}

/** Who listens on the port; undefined where the system does not tell, as for a process of somebody else. */
export async function portHolder(port: number, platform = process.platform): Promise<Holder | undefined> {
  if (platform === 'linux') return holderInProc(port);
  if (platform === 'win32') return holderByNetstat(port);
  const pid = /^p(\d+)/m.exec(await runQuietly('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']))?.[1];
  if (pid === undefined) return undefined;
  const command = (await runQuietly('ps', ['-o', 'command=', '-p', pid])).trim();
  return { pid: Number(pid), name: nameOf(command), command };
}

async function holderByNetstat(port: number): Promise<Holder | undefined> {
  const pid = pidInNetstat(await runQuietly('netstat', ['-ano', '-p', 'TCP']), port);
  if (pid === undefined) return undefined;
  const row = await runQuietly('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  const name = /^"([^"]+)"/.exec(row.trim())?.[1] ?? 'a process';
  return { pid, name, command: name };
}

/** In the table that Windows prints: protocol, own address, other address, state (in the system's language), process. */
export function pidInNetstat(table: string, port: number): number | undefined {
  const rows = table.split(/\r?\n/).map((line) => line.trim().split(/\s+/));
  const row = rows.find(([, own, other]) => own?.endsWith(`:${port}`) && /:0$/.test(other ?? ''));
  return Number(row?.at(-1)) || undefined;
}

const LISTEN = '0A';

/** Linux: the socket's inode from the table of sockets, then the process that has it open. */
function holderInProc(port: number): Holder | undefined {
  const inodes = new Set(
    ['tcp', 'tcp6'].flatMap((table) => inodesInTable(readText(`/proc/net/${table}`), port)),
  );
  if (inodes.size === 0) return undefined;
  const pid = list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => list(`/proc/${name}/fd`).some((fd) => inodes.has(socketOf(`/proc/${name}/fd/${fd}`))));
  if (pid === undefined) return undefined;
  const command = readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return { pid: Number(pid), name: nameOf(command), command };
}

export function inodesInTable(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([, own, , state, , , , , , inode]) =>
    own?.endsWith(`:${hex}`) && state === LISTEN && inode ? inode : [],
  );
}

function socketOf(link: string): string {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** The program's own name: the last part of its path. */
const nameOf = (command: string) => command.split(' ')[0]?.replace(/^.*[/\\]/, '') || 'a process';

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
