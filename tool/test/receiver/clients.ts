import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';

export const EXPORT_PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: Buffer | string;
}

/** One HTTP/1 request on a connection of its own. */
export async function post(url: string, request: HttpRequest = {}): Promise<HttpAnswer> {
  const { method = 'POST', path = '/v1/traces', headers = {}, body = '' } = request;
  const sent = http.request(url + path, { method, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [http.IncomingMessage];
  const chunks = await response.toArray();
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

export function postJson(url: string, body: object | string): Promise<HttpAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return post(url, { headers: { 'content-type': 'application/json' }, body: text });
}

export interface GrpcAnswer {
  readonly httpStatus: number;
  readonly status: number;
  readonly message: string;
  readonly body: Buffer;
}

export interface GrpcCall {
  readonly path?: string;
  readonly headers?: http2.OutgoingHttpHeaders;
  /** As it goes over the wire, frame header included. */
  readonly frame: Buffer;
  /** Whether the client says that this was all. */
  readonly end?: boolean;
  /** An open connection to use and leave open. */
  readonly session?: http2.ClientHttp2Session;
}

/** One gRPC call. */
export async function call(url: string, request: GrpcCall): Promise<GrpcAnswer> {
  const { path = EXPORT_PATH, headers = {}, frame, end = true } = request;
  const session = request.session ?? http2.connect(url).on('error', () => {});
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  const received: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader = {};
  stream.on('response', (head) => Object.assign(received, head));
  stream.on('trailers', (trailers) => Object.assign(received, trailers));
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  // The server may refuse and close before all was sent.
  stream.on('error', () => {});
  stream.write(frame);
  if (end) stream.end();
  await new Promise((resolve) => stream.once('close', resolve));
  if (!request.session) session.destroy();
  return {
    httpStatus: received[':status'] ?? 0,
    status: Number(received['grpc-status'] ?? -1),
    message: decodeURIComponent(String(received['grpc-message'] ?? '')),
    body: Buffer.concat(chunks).subarray(5),
  };
}

/** A message as gRPC frames it. */
export function grpcFrame(message: Buffer, { compressed = false } = {}): Buffer {
  const header = Buffer.alloc(5);
  header[0] = compressed ? 1 : 0;
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Sends bytes, then no more; gives what came back until the receiver closed. */
export async function sendRaw(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.end(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks);
}

/** Sends bytes, then no more, and goes at the first answer. */
export async function poke(port: number, bytes: Uint8Array): Promise<void> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.end(bytes);
  await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
  socket.destroy();
}

/** Resolves once the text has come. */
export async function receive(socket: net.Socket, text: string): Promise<void> {
  let received = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    if (received.includes(text)) resolve();
  });
  socket.on('close', () => reject(new Error(`closed before ${text} came, after: ${received}`)));
  await promise;
}

/** Frames of HTTP/2, for what no client would send. https://www.rfc-editor.org/rfc/rfc9113#section-4.1 */
export function http2Frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

export const HTTP2_PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  http2Frame(4, 0, 0),
]);

/** A HEADERS frame's payload, every field as a literal. https://www.rfc-editor.org/rfc/rfc7541#section-6.2.2 */
export function hpack(headers: Record<string, string>): Buffer {
  const literal = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
  return Buffer.concat(
    Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]),
  );
}
