import type { Http2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Span } from '../trace/span.ts';
import { type Front, listen } from './front.ts';
import { createGrpcServer } from './grpc.ts';
import { createHttpServer } from './http.ts';
import { type Arrival, type ExportRecord, Intake } from './intake.ts';
import { Budget, DEFAULT_LIMITS, type Limits } from './limits.ts';
import { type Problem, Refusal } from './problems.ts';
import type { Protocol } from './sniff.ts';

export type { Arrival, ExportRecord, Transport } from './intake.ts';
export type { Limits } from './limits.ts';
export { oncePerKind, type Problem, type ProblemKind } from './problems.ts';

export interface ReceiverOptions {
  /** 0 means any free port, here and below. */
  readonly grpcPort: number;
  readonly httpPort: number;
  readonly host?: string;
  readonly onSpans: (spans: Span[]) => void;
  /** Called before `onSpans`, for every export that could be decoded. */
  readonly onExport?: (record: ExportRecord) => void;
  /** Called after `onSpans`, with the bytes of the same exports; must not throw. */
  readonly onArrival?: (arrival: Arrival) => void;
  /** Called for every occurrence; see `oncePerKind`. */
  readonly onProblem?: (problem: Problem) => void;
  readonly limits?: Partial<Limits>;
  /** Milliseconds. */
  readonly now?: () => number;
}

export interface Receiver extends AsyncDisposable {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`, like `http://127.0.0.1:4317`. */
  readonly grpcUrl: string;
  readonly httpUrl: string;
  /** Ends at once, open connections included. */
  close(): Promise<void>;
}

/**
 * An OTLP receiver on two ports: gRPC, and HTTP with protobuf or JSON. https://opentelemetry.io/docs/specs/otlp/
 * Rejects with an error of `code` 'EADDRINUSE' and with its `port` when one of them is taken.
 */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { host = '127.0.0.1', onSpans, onExport, onArrival, onProblem, now = Date.now } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const [grpc, http] = await listenOnBoth({ host, limits, ports: [options.grpcPort, options.httpPort] });
  const shared = {
    intake: new Intake({ onSpans, onExport, onArrival, onProblem, now }),
    limits,
    arriving: new Budget(limits.maxArrivingBytes),
  };

  connect(grpc, { ...shared, refuseHttp: (request) => httpOnGrpcPort(request, grpc.port, http.port) });
  connect(http, { ...shared, refuseGrpc: () => grpcOnHttpPort(grpc.port, http.port) });

  const close = async () => {
    await Promise.all([grpc.close(), http.close()]);
  };
  return {
    grpcPort: grpc.port,
    httpPort: http.port,
    grpcUrl: `http://${host}:${grpc.port}`,
    httpUrl: `http://${host}:${http.port}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface ListenOptions {
  readonly host: string;
  readonly limits: Limits;
  readonly ports: readonly [grpc: number, http: number];
}

async function listenOnBoth({ host, limits, ports }: ListenOptions): Promise<[grpc: Front, http: Front]> {
  const grpc = await listen({ host, limits, port: ports[0] });
  try {
    return [grpc, await listen({ host, limits, port: ports[1] })];
  } catch (error) {
    await grpc.close();
    throw error;
  }
}

interface PortOptions {
  readonly intake: Intake;
  readonly limits: Limits;
  readonly arriving: Budget;
  readonly refuseHttp?: (request: string) => Refusal;
  readonly refuseGrpc?: (path: string) => Refusal;
}

/** Both protocols are answered on both ports, the wrong one with the address of the right one. */
function connect(front: Front, { refuseHttp, refuseGrpc, ...shared }: PortOptions): void {
  const sockets = new WeakMap<Http2Session, Socket>();
  const touchSession = (session: Http2Session | undefined) => {
    const socket = session && sockets.get(session);
    if (socket) front.touch(socket);
  };
  const http1 = createHttpServer({ ...shared, misdirected: refuseHttp, onUse: front.touch });
  const http2 = createGrpcServer({ ...shared, misdirected: refuseGrpc, onUse: touchSession });

  front.handOver((protocol, socket) => {
    if (protocol === 'http1') {
      http1.emit('connection', socket);
      socket.resume();
    } else if (protocol === 'http2') {
      // Otherwise the session of an app that died would stay.
      socket.allowHalfOpen = false;
      http2.once('session', (session) => sockets.set(session, socket));
      http2.emit('connection', socket);
    } else {
      shared.intake.report(unanswerable(protocol, front.port));
      socket.destroy();
    }
  });
}

function httpOnGrpcPort(request: string, grpcPort: number, httpPort: number): Refusal {
  return new Refusal(
    'http-on-grpc-port',
    `An HTTP request (${request}) came to the gRPC port ${grpcPort}, so its spans were refused. → Use OTLPTraceExporter of exporter-trace-otlp-grpc, or send HTTP to port ${httpPort}.`,
  );
}

function grpcOnHttpPort(grpcPort: number, httpPort: number): Refusal {
  return new Refusal(
    'grpc-on-http-port',
    `A gRPC call came to the HTTP port ${httpPort}, so its spans were refused. → Send gRPC to port ${grpcPort}: OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${grpcPort}`,
  );
}

function unanswerable(protocol: Exclude<Protocol, 'http1' | 'http2'>, port: number): Problem {
  if (protocol === 'tls') {
    return {
      kind: 'tls-on-plain-port',
      message: `A TLS handshake came to port ${port}, where the receiver speaks plain text, so no span got through. → Write http:// instead of https:// in the exporter's url, or createInsecure() for its credentials.`,
    };
  }
  return {
    kind: 'not-otlp',
    message: `Something that is neither HTTP nor gRPC came to port ${port} and was refused. → Send OTLP, with an OpenTelemetry exporter.`,
  };
}
