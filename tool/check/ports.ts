import { createServer, type Server } from 'node:net';

/** A port that no other check takes while it is held, in this process or another. */
export interface ReservedPort {
  readonly port: number;
  readonly release: () => void;
}

const first = 20_000;
const count = 4_000;
const host = '127.0.0.1';

/**
 * Reserve a loopback port for an app that a check is about to start. The port itself must stay free until the app
 * takes it, so a guard port beside it is held in its place. All lie below the range that systems hand out for
 * outgoing connections, so that none of these gets in between.
 */
export async function reservePort(): Promise<ReservedPort> {
  for (;;) {
    const port = first + Math.floor(Math.random() * count);
    const guard = await listen(port + count);
    if (!guard) continue;
    const probe = await listen(port);
    if (probe) {
      await new Promise((resolve) => probe.close(resolve));
      return { port, release: () => guard.close() };
    }
    guard.close();
  }
}

/** A loopback port on which nothing listens, and that no program is given by chance: connecting is refused. */
export const refusingPort = 1;

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => resolve(server.unref()));
  });
}
