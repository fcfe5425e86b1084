import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface PortChoice {
  readonly port: number;
  /** True when the preferred port was taken, and `port` is another one. */
  readonly replaced: boolean;
}

const LOOPBACK_HOSTS = ['127.0.0.1', '::1'] as const;
type LoopbackHost = (typeof LOOPBACK_HOSTS)[number];

// Below the ranges from which systems take the ports of outgoing connections, so that none of those can get it first.
const FIRST = 28_000;
const LAST = 32_000;

const CONNECT_BOUND_MS = 100;
const RETRY_MS = 20;

/** `preferred` where nothing has it on loopback, else a free port; 0 asks for any free port. */
export async function choosePort(preferred: number): Promise<PortChoice> {
  if (preferred !== 0 && (await isFree(preferred))) return { port: preferred, replaced: false };
  return { port: await freePort(), replaced: preferred !== 0 };
}

/** A choice for each preferred port, all different. */
export async function choosePorts<Name extends string>(
  preferred: Readonly<Record<Name, number>>,
): Promise<Record<Name, PortChoice>> {
  const chosen: Partial<Record<Name, PortChoice>> = {};
  const ports = new Set<number>();
  for (const [name, wanted] of Object.entries<number>(preferred)) {
    let choice = await choosePort(wanted);
    while (ports.has(choice.port)) choice = { ...choice, port: await freePort() };
    ports.add(choice.port);
    chosen[name as Name] = choice;
  }
  return chosen as Record<Name, PortChoice>;
}

/** A port that nothing has on loopback, drawn at random so that checks side by side do not meet. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port between ${FIRST} and ${LAST}. → Stop some of the servers on this machine.`);
}

async function isFree(port: number): Promise<boolean> {
  // Some systems let two processes share a port when one of them has it on all addresses, so binding is not enough.
  if ((await acceptingHost(port)) !== undefined) return false;
  const bound = await Promise.all(LOOPBACK_HOSTS.map((host) => canBind(port, host)));
  return bound.every(Boolean);
}

function canBind(port: number, host: LoopbackHost): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = net.createServer();
  // A machine without IPv6 has nothing to bind there, and nobody who took it.
  const noSuchAddress = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'];
  server.once('error', (error: NodeJS.ErrnoException) => resolve(noSuchAddress.includes(error.code ?? '')));
  server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

/** The loopback address on which the port accepts connections; undefined when on none. */
export async function acceptingHost(port: number): Promise<LoopbackHost | undefined> {
  const accepting = await Promise.all(LOOPBACK_HOSTS.map((host) => accepts(port, host)));
  return LOOPBACK_HOSTS.find((_, index) => accepting[index]);
}

function accepts(port: number, host: LoopbackHost): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = net.connect({ port, host, timeout: CONNECT_BOUND_MS });
  const settle = (accepted: boolean) => {
    socket.destroy();
    resolve(accepted);
  };
  socket.once('connect', () => settle(true));
  socket.once('error', () => settle(false));
  socket.once('timeout', () => settle(false));
  return promise;
}

export interface WaitOptions {
  readonly boundMs: number;
  readonly signal: AbortSignal;
  /** How long to wait after a try that failed; 20 ms where nothing is said. */
  readonly retryMs?: number;
  /** Dispatches `look` when the port may accept; then it is tried at once. */
  readonly hints?: EventTarget;
}

/** The loopback address on which the port starts to accept; undefined after `boundMs`, or when the signal aborts. */
export async function untilAccepting(
  port: number,
  { boundMs, signal, retryMs = RETRY_MS, hints }: WaitOptions,
): Promise<LoopbackHost | undefined> {
  const deadline = performance.now() + boundMs;
  while (!signal.aborted && performance.now() < deadline) {
    const turn = new AbortController();
    // Heard from before the try on, so that what begins to listen during the try is tried again.
    hints?.addEventListener('look', () => turn.abort(), { once: true, signal: turn.signal });
    const host = await acceptingHost(port);
    if (host) return host;
    await delay(retryMs, undefined, { signal: AbortSignal.any([signal, turn.signal]) }).catch(() => {});
    turn.abort();
  }
  return undefined;
}
