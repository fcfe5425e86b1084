import { Client, connectivityState, type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { convertLegacyOtlpGrpcOptions } from '@opentelemetry/otlp-grpc-exporter-base';
import { decodeMessage } from '../receiver/schema.ts';
import type { Backend } from './find-backend.ts';
import { retryDelayMs } from './retry-info.ts';

/** What became of an export. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-response */
export type Outcome =
  | { readonly type: 'accepted'; readonly partial?: PartialSuccess; readonly server?: string }
  /** Worth another attempt; not before `afterMs`, where the backend said so. */
  | { readonly type: 'later'; readonly reason: string; readonly afterMs?: number }
  /** The same again would be refused again. */
  | { readonly type: 'refused'; readonly code: number; readonly reason: string };

/** An answer of OK that is not full success: spans that the backend did not take, or a warning where `rejected` is 0. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

export interface ExportCall {
  /** The gRPC method, such as `/opentelemetry.proto.collector.trace.v1.TraceService/Export`. */
  readonly path: string;
  readonly body: Buffer;
  readonly boundMs: number;
  readonly signal?: AbortSignal;
}

// RESOURCE_EXHAUSTED is left out: only its RetryInfo tells whether time will help.
const RETRYABLE: readonly number[] = [
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
];

const itself = (bytes: Buffer) => bytes;

/**
 * Sends OTLP/gRPC requests, as bytes, to a backend.
 * Headers, certificates and compression are those of the standard variables of this process, as in every exporter.
 */
export class OtlpClient {
  readonly #config: ReturnType<typeof convertLegacyOtlpGrpcOptions>;
  readonly #local: boolean;
  #client: Client | undefined;

  constructor({ endpoint, local }: Backend) {
    this.#local = local;
    this.#config = convertLegacyOtlpGrpcOptions({ url: endpoint }, 'TRACES');
  }

  /** Whether the next export goes over a connection that is there. */
  get isConnected(): boolean {
    return this.#client?.getChannel().getConnectivityState(false) === connectivityState.READY;
  }

  /** Never rejects. */
  export({ path, body, boundMs, signal }: ExportCall): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const options = { deadline: Date.now() + boundMs };
    let server: string | undefined;
    this.#client ??= this.#connect();
    const call = this.#client.makeUnaryRequest(
      path,
      itself,
      itself,
      body,
      this.#config.metadata(),
      options,
      (error, answer) => {
        signal?.removeEventListener('abort', cancel);
        if (error) this.close();
        resolve(error ? failure(error) : acceptance(answer, server));
      },
    );
    const cancel = () => call.cancel();
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel);
    call.on('metadata', (metadata: Metadata) => {
      server = metadata.get('server')[0]?.toString();
    });
    return promise;
  }

  /** Also after a failure, so that the next attempt connects at once: how long to wait is not for the channel to say. */
  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  #connect(): Client {
    const { url, credentials, compression } = this.#config;
    return new Client(url, credentials(), {
      'grpc.enable_retries': 0,
      'grpc.use_local_subchannel_pool': 1,
      ...(this.#local && { 'grpc.enable_http_proxy': 0 }),
      ...(compression === 'gzip' && { 'grpc.default_compression_algorithm': 2 }),
    });
  }
}

function acceptance(answer: Buffer | undefined, server: string | undefined): Outcome {
  const partial = readPartialSuccess(answer);
  return { type: 'accepted', ...(partial && { partial }), ...(server && { server }) };
}

/** An answer that cannot be read is still an acceptance. */
function readPartialSuccess(answer: Buffer | undefined): PartialSuccess | undefined {
  try {
    const { partialSuccess } = decodeMessage('ExportResponse', answer ?? Buffer.alloc(0)) as {
      partialSuccess?: { rejected: number | object; errorMessage: string };
    };
    const rejected = Number(partialSuccess?.rejected ?? 0);
    const message = partialSuccess?.errorMessage ?? '';
    return rejected > 0 || message ? { rejected, message } : undefined;
  } catch {
    return undefined;
  }
}

function failure({ code, details, metadata }: ServiceError): Outcome {
  const afterMs = retryDelayMs(metadata.get('grpc-status-details-bin')[0]);
  const reason = `${status[code]}: ${causeIn(details)}`;
  const retryable = RETRYABLE.includes(code) || (code === status.RESOURCE_EXHAUSTED && afterMs !== undefined);
  if (!retryable) return { type: 'refused', code, reason };
  return { type: 'later', reason, ...(afterMs !== undefined && { afterMs }) };
}

// What a person can use of grpc-js's own account, which goes on about times, name resolution and files of OpenSSL.
const CAUSES = [
  /SSL routines:[^:]*:([^:]+)/,
  /Last error: (?:Error: )?(.*?)(?: \(\d{4}-[^)]*\))?\.? Resolution note/s,
  /^(Deadline exceeded after [\d.]+s)/,
];

function causeIn(details: string): string {
  const [cause = details] = CAUSES.flatMap((pattern) => pattern.exec(details)?.[1] ?? []);
  return cause.trim();
}
