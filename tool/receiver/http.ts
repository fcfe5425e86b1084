import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { Aborted, decompress, readBody } from './body.ts';
import type { Intake, PartialSuccess, Transport } from './intake.ts';
import type { Budget, Limits } from './limits.ts';
import { quoted, Refusal, toRefusal } from './problems.ts';
import { encodeMessage } from './schema.ts';
import { SIGNALS, type Signal } from './signals.ts';

export interface HttpOptions {
  readonly intake: Intake;
  readonly limits: Limits;
  readonly arriving: Budget;
  /** On the gRPC port every request is refused, with a text that names the right port. */
  readonly misdirected?: ((request: string) => Refusal) | undefined;
  /** A connection was used, so that it is not the one to drop. */
  readonly onUse: (socket: Socket) => void;
}

const TRANSPORTS: Readonly<Record<string, Transport>> = {
  'application/x-protobuf': 'http/protobuf',
  'application/json': 'http/json',
};

/** OTLP/HTTP, for sockets that are handed to it. https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export function createHttpServer(options: HttpOptions): http.Server {
  // The server never listens, so node:http's own time limits would not run: `limitIdleTime` and `readBody` have theirs.
  const server = http.createServer({ keepAliveTimeout: 0 });
  const refreshIdleTime = limitIdleTime(server, options.limits.keepAliveMs);
  server.on('request', (request, response) => {
    options.onUse(request.socket);
    refreshIdleTime(request.socket);
    response.on('error', () => {}).on('close', () => refreshIdleTime(request.socket));
    void handleRequest(request, response, options);
  });
  server.on('clientError', (error, socket) => refuseConnection(error, socket as Socket, options));
  return server;
}

/** Ends connections that are idle, or send their headers byte by byte. */
function limitIdleTime(server: http.Server, ms: number): (socket: Socket) => void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  server.on('connection', (socket: Socket) => {
    const timer = setTimeout(() => socket.destroy(), ms);
    timers.set(socket, timer);
    socket.on('close', () => clearTimeout(timer));
  });
  return (socket) => {
    if (!socket.destroyed) timers.get(socket)?.refresh();
  };
}

/** What cannot even be parsed as HTTP. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, { intake }: HttpOptions): void {
  if (error.code?.startsWith('HPE_')) {
    intake.report({
      kind: 'malformed',
      message: `A request to the receiver was not valid HTTP (${error.code}), so it was refused. → Send it with an OpenTelemetry exporter for OTLP.`,
    });
  }
  if (socket.writable)
    socket.write('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  socket.destroySoon();
}

async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
): Promise<void> {
  const transport = transportOf(request);
  try {
    const signal = route(request, options);
    const partialSuccess = await handleExport(request, signal, options);
    if (!response.destroyed) send(response, encodeSuccess(partialSuccess, signal, transport), transport);
  } catch (error) {
    if (error instanceof Aborted) return;
    const refusal = toRefusal(error);
    options.intake.report(refusal);
    if (refusal.kind !== 'timed-out') await drain(request, options.limits.requestMs);
    if (!response.destroyed) sendRefusal(response, transport, refusal);
  }
}

/** Reads to the end: closing a connection with bytes unread resets it, and the answer would be lost. */
async function drain(request: IncomingMessage, ms: number): Promise<void> {
  request.resume();
  await finished(request, { signal: AbortSignal.timeout(ms) }).catch(() => {});
}

const OTHER_SIGNAL = /^\/v1\w*\/(metrics|logs|profiles)$/;

/** The signal that a request is for. Throws a `Refusal` where it is for none. */
function route({ method, url = '' }: IncomingMessage, { misdirected }: HttpOptions): Signal {
  const asked = quoted(`${method} ${url}`);
  if (misdirected) throw misdirected(asked);
  const path = url.split('?', 1)[0];
  const signal = SIGNALS.find(({ httpPath }) => httpPath === path);
  const right = SIGNALS.map(({ httpPath }) => `POST ${httpPath}`).join(', ');
  if (!signal && OTHER_SIGNAL.test(path ?? '')) {
    const known = SIGNALS.map(({ name }) => name).join(', ');
    throw new Refusal(
      'wrong-path',
      `${asked} was refused: the receiver takes ${known} only. → Export ${known} to it, and nothing else.`,
    );
  }
  if (!signal) {
    throw new Refusal(
      'wrong-path',
      `${asked} came to the receiver, which knows no such path, so it was refused. → Send ${right}: give OTEL_EXPORTER_OTLP_ENDPOINT the address without a path.`,
    );
  }
  if (method !== 'POST') {
    throw new Refusal('wrong-method', `${asked} came to the receiver, which was refused. → Send ${right}.`);
  }
  return signal;
}

async function handleExport(
  request: IncomingMessage,
  signal: Signal,
  { intake, limits, arriving }: HttpOptions,
): Promise<PartialSuccess> {
  const { headers } = request;
  const transport = transportOf(request);
  if (!transport) {
    throw new Refusal(
      'wrong-content-type',
      `An export had content type "${quoted(headers['content-type'] ?? '')}", so its spans were refused. → Send application/x-protobuf or application/json, as the exporters for OTLP/HTTP do.`,
    );
  }
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const body = decompress(await readBody(request, limits, arriving), encoding, limits.maxMessageBytes);
  return intake.accept({ signal, transport, headers, body });
}

function transportOf({ headers }: IncomingMessage): Transport | undefined {
  const mediaType = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return Object.hasOwn(TRANSPORTS, mediaType) ? TRANSPORTS[mediaType] : undefined;
}

/** In the encoding of the request; a 64-bit integer is text in OTLP/JSON. */
function encodeSuccess(
  partialSuccess: PartialSuccess,
  signal: Signal,
  transport: Transport | undefined,
): Buffer | string {
  const isProtobuf = transport === 'http/protobuf';
  if (!partialSuccess) return isProtobuf ? '' : '{}';
  if (isProtobuf) return encodeMessage('ExportResponse', { partialSuccess });
  const { rejected, errorMessage } = partialSuccess;
  return JSON.stringify({ partialSuccess: { [signal.rejectedField]: String(rejected), errorMessage } });
}

/** A `google.rpc.Status`, as JSON to who did not send protobuf. https://opentelemetry.io/docs/specs/otlp/#failures-1 */
function sendRefusal(response: ServerResponse, transport: Transport | undefined, refusal: Refusal): void {
  const { kind, httpStatus, grpcStatus, message } = refusal;
  const status = { code: grpcStatus, message };
  response.statusCode = httpStatus;
  if (kind === 'wrong-method') response.setHeader('Allow', 'POST');
  if (kind === 'overloaded') response.setHeader('Retry-After', '1');
  if (kind === 'timed-out') response.setHeader('Connection', 'close');
  send(
    response,
    transport === 'http/protobuf' ? encodeMessage('RpcStatus', status) : JSON.stringify(status),
    transport,
  );
}

function send(response: ServerResponse, body: Buffer | string, transport: Transport | undefined): void {
  const contentType = transport === 'http/protobuf' ? 'application/x-protobuf' : 'application/json';
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
