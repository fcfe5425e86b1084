import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { Aborted, decompress, readBody } from './body.ts';
import type { Intake, PartialSuccess } from './intake.ts';
import type { Budget, Limits } from './limits.ts';
import { quoted, Refusal, toRefusal } from './problems.ts';
import { encodeMessage } from './schema.ts';
import { SIGNALS } from './signals.ts';

export interface GrpcOptions {
  readonly intake: Intake;
  readonly limits: Limits;
  readonly arriving: Budget;
  /** On the HTTP port every call is refused, with a text that names the right port. */
  readonly misdirected?: ((path: string) => Refusal) | undefined;
  /** A connection was used, so that it is not the one to drop. */
  readonly onUse: (session: http2.Http2Session | undefined) => void;
}

/** By this another workshop on the machine knows that we are no backend to pass its traces on to. */
export const SERVER_NAME = 'opentelemetry-tracing-workshop';

const FRAME_HEADER_BYTES = 5;
const { NGHTTP2_NO_ERROR } = http2.constants;

/**
 * OTLP/gRPC's unary `Export` over HTTP/2, for sockets that are handed to it.
 * Written on node:http2, because the server of grpc-js 1.14 throws out of its event handler, which ends the process, when a peer resets a
 * call that it opened just before. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function createGrpcServer(options: GrpcOptions): http2.Http2Server {
  const server = http2.createServer({
    settings: { initialWindowSize: 1024 * 1024, maxConcurrentStreams: 100 },
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    options.onUse(stream.session);
    void handleCall(stream, headers, options);
  });
  return server;
}

async function handleCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: GrpcOptions,
): Promise<void> {
  try {
    const reply = await handleExport(stream, headers, options);
    if (isOpen(stream)) sendReply(stream, reply);
  } catch (error) {
    if (error instanceof Aborted) return;
    const refusal = toRefusal(error);
    options.intake.report(refusal);
    if (isOpen(stream)) sendRefusal(stream, refusal);
  }
}

/** https://opentelemetry.io/docs/specs/otlp/#otlpgrpc */
async function handleExport(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { intake, limits, arriving, misdirected }: GrpcOptions,
): Promise<PartialSuccess> {
  const path = String(headers[':path'] ?? '');
  checkContentType(headers['content-type']);
  if (misdirected) throw misdirected(path);
  const signal = SIGNALS.find(({ grpcPath }) => grpcPath === path);
  if (!signal) throw unknownMethod(path);

  const frame = await readBody(
    stream,
    { ...limits, maxMessageBytes: limits.maxMessageBytes + FRAME_HEADER_BYTES },
    arriving,
  );
  const encoding = String(headers['grpc-encoding'] ?? 'identity');
  const body = decompress(...readFrame(frame, encoding), limits.maxMessageBytes);
  return intake.accept({ signal, transport: 'grpc', headers, body });
}

function checkContentType(contentType: string | undefined): void {
  if (contentType && /^application\/grpc(\+proto)?($|;)/.test(contentType)) return;
  throw new Refusal(
    'wrong-content-type',
    `An HTTP/2 request with content type "${quoted(contentType ?? '')}" came to the receiver, so it was refused. → Send application/grpc, as OTLPTraceExporter of exporter-trace-otlp-grpc does.`,
  );
}

function unknownMethod(path: string): Refusal {
  const known = SIGNALS.map(({ name }) => name).join(', ');
  return new Refusal(
    'wrong-path',
    `A gRPC call to ${quoted(path)} was refused: the receiver takes ${known} only. → Export ${known} to it, and nothing else.`,
  );
}

/** The message of a call that must have exactly one, and its encoding. */
function readFrame(frame: Buffer, encoding: string): [message: Buffer, encoding: string] {
  const length = frame.length < FRAME_HEADER_BYTES ? -1 : frame.readUInt32BE(1);
  if (frame.length !== FRAME_HEADER_BYTES + length) {
    throw new Refusal(
      'malformed',
      'A gRPC call to the receiver did not hold exactly one whole message, so it was refused. → Send it with an OpenTelemetry exporter for OTLP.',
    );
  }
  return [frame.subarray(FRAME_HEADER_BYTES), frame[0] === 0 ? 'identity' : encoding];
}

function isOpen(stream: ServerHttp2Stream): boolean {
  return !stream.destroyed && !stream.closed && !stream.headersSent;
}

function sendReply(stream: ServerHttp2Stream, partialSuccess: PartialSuccess): void {
  const message = encodeMessage('ExportResponse', partialSuccess ? { partialSuccess } : {});
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);

  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', server: SERVER_NAME },
    { waitForTrailers: true },
  );
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.concat([header, message]));
}

/** Closes the stream too, so that the peer does not go on with a message that nobody wants. */
function sendRefusal(stream: ServerHttp2Stream, { kind, grpcStatus, httpStatus, message }: Refusal): void {
  stream.respond(
    {
      // A peer that does not speak gRPC reads no gRPC status.
      ':status': kind === 'wrong-content-type' ? httpStatus : 200,
      'content-type': 'application/grpc',
      'grpc-status': String(grpcStatus),
      'grpc-message': percentEncode(message),
      ...(kind === 'wrong-content-encoding' && { 'grpc-accept-encoding': 'identity,gzip' }),
    },
    { endStream: true },
  );
  stream.close(NGHTTP2_NO_ERROR);
}

function percentEncode(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  return bytes.replace(
    /[^ -$&-~]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
