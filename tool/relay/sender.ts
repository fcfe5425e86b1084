import { status } from '@grpc/grpc-js';
import { SERVER_NAME } from '../receiver/grpc.ts';
import type { Backend } from './find-backend.ts';
import { jsonToProtobuf } from './json-to-protobuf.ts';
import { type ExportCall, OtlpClient, type Outcome } from './otlp-client.ts';
import type { WaitingExport } from './waiting.ts';

/** Sends to a backend exports that waited for it, several in one request. */
export class Sender {
  readonly #client: OtlpClient;
  readonly #local: boolean;
  readonly #answerMs: number;

  constructor(backend: Backend, answerMs: number) {
    this.#client = new OtlpClient(backend);
    this.#local = backend.local;
    this.#answerMs = answerMs;
  }

  /** Never rejects. The exports are of one signal. */
  async send(batch: readonly WaitingExport[], signal: AbortSignal): Promise<Outcome> {
    const call = { path: batch[0]?.signal.grpcPath ?? '', boundMs: this.#answerMs, signal };
    try {
      const there = await this.#askWhoIsThere(call);
      if (there.type !== 'accepted') return there;
      // Protobuf messages one after the other are one message, with the lists of all.
      return await this.#client.export({ ...call, body: Buffer.concat(batch.map(asProtobuf)) });
    } catch (error) {
      return { type: 'refused', code: status.INVALID_ARGUMENT, reason: String(error) };
    }
  }

  close(): void {
    this.#client.close();
  }

  /** Where a backend of this machine died, another workshop may have its port now, and would draw what is not its own. */
  async #askWhoIsThere(call: Omit<ExportCall, 'body'>): Promise<Outcome> {
    if (this.#client.isConnected || !this.#local) return { type: 'accepted' };
    const outcome = await this.#client.export({ ...call, body: Buffer.alloc(0) });
    if (outcome.type !== 'accepted' || outcome.server !== SERVER_NAME) return outcome;
    this.#client.close();
    return { type: 'later', reason: 'another workshop has its port now' };
  }
}

function asProtobuf({ signal, transport, body }: WaitingExport): Buffer {
  return transport === 'http/json' ? jsonToProtobuf(signal.request, body) : body;
}
