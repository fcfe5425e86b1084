import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Limits } from './limits.ts';
import { type Protocol, sniff } from './sniff.ts';

type HandOver = (protocol: Protocol, socket: Socket) => void;

/** A port of the receiver: learns what each connection speaks and hands it to who can answer that. */
export interface Front {
  readonly port: number;
  /** Where the connections go; until it is called they wait. */
  handOver(to: HandOver): void;
  /** A connection was used, so it is the last to be dropped. */
  touch(socket: Socket): void;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

/** Listens; rejects as node:net does, with `code` 'EADDRINUSE' and `port`, when the port is taken. Port 0 is any free one. */
export async function listen({
  host,
  port,
  limits,
}: {
  host: string;
  port: number;
  limits: Limits;
}): Promise<Front> {
  const silent = new Connections(limits.maxSilentConnections);
  const open = new Connections(limits.maxConnections);
  // As the HTTP servers have it: a peer that has sent all it wants to may still read the answer.
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  const { promise: target, resolve: handOver } = Promise.withResolvers<HandOver>();
  server.on('connection', (socket) => {
    // Without a listener, a reset by the peer would end the process.
    socket.on('error', () => {});
    silent.add(socket);
    sniffSocket(socket, limits.silenceMs, async (protocol) => {
      silent.delete(socket);
      open.add(socket);
      const to = await target;
      if (!socket.destroyed) to(protocol, socket);
    });
  });

  server.listen({ host, port, backlog: 1024 });
  await once(server, 'listening');
  server.on('error', () => {});
  return {
    port: (server.address() as AddressInfo).port,
    handOver,
    touch: (socket) => open.touch(socket),
    close: () => close(server, [silent, open]),
  };
}

function sniffSocket(socket: Socket, silenceMs: number, onProtocol: (protocol: Protocol) => void): void {
  const timer = setTimeout(() => socket.destroy(), silenceMs);
  let bytes = Buffer.alloc(0);

  const stop = () => {
    clearTimeout(timer);
    socket.off('data', onData).off('end', onEnd).off('close', stop);
  };
  const onEnd = () => socket.destroy();
  const onData = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    const protocol = sniff(bytes);
    if (protocol === undefined) return;
    stop();
    socket.pause();
    socket.unshift(bytes);
    onProtocol(protocol);
  };
  socket.on('data', onData).on('end', onEnd).on('close', stop);
}

async function close(server: Server, connections: readonly Connections[]): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const group of connections) group.destroyAll();
  await closed;
}

/** Open sockets, a limited number: the one unused for longest makes room. */
class Connections {
  readonly #sockets = new Set<Socket>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.delete(socket));
    if (this.#sockets.size <= this.#max) return;
    const [oldest] = this.#sockets;
    oldest?.destroy();
    if (oldest) this.delete(oldest);
  }

  delete(socket: Socket): void {
    this.#sockets.delete(socket);
  }

  touch(socket: Socket): void {
    if (this.#sockets.delete(socket)) this.#sockets.add(socket);
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
