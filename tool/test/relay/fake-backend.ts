import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Certificate } from '../fixtures/certificate.ts';
import { grpcFrame } from '../receiver/clients.ts';

/** A gRPC answer; `hang` never comes. */
export type Answer =
  | 'hang'
  | { readonly status?: number; readonly trailers?: http2.OutgoingHttpHeaders; readonly body?: Buffer };

export interface FakeBackend extends AsyncDisposable {
  readonly port: number;
  readonly endpoint: string;
  /** How many empty exports came, by which a client asks who is there. */
  probes: number;
  /** The other messages that came, oldest first, and when. */
  readonly requests: {
    readonly body: Buffer;
    readonly headers: http2.IncomingHttpHeaders;
    readonly at: number;
  }[];
  /** How the next of them are answered; OK where not set. */
  answer: (body: Buffer) => Answer;
  /** Dies at once, its connections with it. */
  close(): Promise<void>;
}

export const OK = {};

/** An OTLP/gRPC backend that does as it is told. */
export async function startFakeBackend({
  port = 0,
  tls,
}: {
  port?: number;
  tls?: Certificate;
} = {}): Promise<FakeBackend> {
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = tls ? http2.createSecureServer({ ...tls }) : http2.createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {}).once('close', () => sessions.delete(session));
  });
  server.on('stream', async (stream, headers) => {
    stream.on('error', () => {});
    const frame = await buffer(stream).catch(() => undefined);
    if (!frame) return;
    const body = frame.subarray(5);
    if (body.length === 0) {
      backend.probes += 1;
      if (!stream.destroyed) reply(stream, OK);
      return;
    }
    backend.requests.push({ body, headers, at: performance.now() });
    const answer = backend.answer(body);
    if (answer !== 'hang' && !stream.destroyed) reply(stream, answer);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const session of sessions) session.destroy();
    await closed;
  };
  const { port: chosen } = server.address() as AddressInfo;
  const backend: FakeBackend = {
    port: chosen,
    endpoint: tls ? `https://localhost:${chosen}` : `http://127.0.0.1:${chosen}`,
    probes: 0,
    requests: [],
    answer: () => OK,
    close,
    [Symbol.asyncDispose]: close,
  };
  return backend;
}

function reply(
  stream: http2.ServerHttp2Stream,
  { status = 0, trailers = {}, body = Buffer.alloc(0) }: Exclude<Answer, 'hang'>,
): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status), ...trailers }));
  stream.end(status === 0 ? grpcFrame(body) : undefined);
}
