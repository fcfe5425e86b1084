import type { IncomingHttpHeaders } from 'node:http';
import type { Span } from '../trace/span.ts';
import type { Message } from './fields.ts';
import { parseJson } from './json.ts';
import { type Problem, toRefusal } from './problems.ts';
import { decodeMessage } from './schema.ts';
import type { Signal } from './signals.ts';
import type { DecodedSpans } from './spans.ts';

export type Transport = 'grpc' | 'http/protobuf' | 'http/json';

/** An export request that arrived and could be decoded. */
export interface ExportRecord {
  readonly signal: Signal['name'];
  readonly transport: Transport;
  readonly spanCount: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Milliseconds of the receiver's clock. */
  readonly at: number;
  readonly userAgent?: string;
  readonly headers: IncomingHttpHeaders;
}

export interface IntakeOptions {
  readonly onSpans: (spans: Span[]) => void;
  readonly onExport?: ((record: ExportRecord) => void) | undefined;
  readonly onArrival?: ((arrival: Arrival) => void) | undefined;
  readonly onProblem?: ((problem: Problem) => void) | undefined;
  readonly now: () => number;
}

/** What a transport hands over: an export, decompressed and not yet decoded. */
export interface IncomingExport {
  readonly signal: Signal;
  readonly transport: Transport;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An export that could be decoded, in the bytes in which it came. */
export interface Arrival extends IncomingExport {
  /** Those that were rejected among them. */
  readonly spanCount: number;
}

/** What the sender is told: undefined after full success, which must leave `partial_success` unset. */
export type PartialSuccess = { readonly rejected: number; readonly errorMessage: string } | undefined;

/** Where both transports meet: decodes an export, hands its spans on and says what to answer. */
export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Throws a `Refusal` where nothing of the export can be used. https://opentelemetry.io/docs/specs/otlp/#partial-success */
  accept(incoming: IncomingExport): PartialSuccess {
    const { signal, transport, body } = incoming;
    const message = transport === 'http/json' ? parseJson(body) : decodeMessage(signal.request, body);
    const decoded = signal.read(message as Message);

    const record = this.#record(incoming, decoded);
    this.#options.onExport?.(record);
    if (decoded.spans.length > 0) this.#options.onSpans([...decoded.spans]);
    this.#options.onArrival?.({ ...incoming, spanCount: record.spanCount });
    if (decoded.rejectedCount === 0) return undefined;
    return this.#reject(decoded);
  }

  /** Tells of a problem; a listener that throws harms nobody but itself. */
  report(problem: Problem): void {
    try {
      this.#options.onProblem?.({ kind: problem.kind, message: problem.message });
    } catch (error) {
      process.emitWarning(toRefusal(error).message);
    }
  }

  #record(
    { signal, transport, headers }: IncomingExport,
    { spans, rejectedCount }: DecodedSpans,
  ): ExportRecord {
    const userAgent = headers['user-agent'];
    return {
      signal: signal.name,
      transport,
      spanCount: spans.length + rejectedCount,
      accepted: spans.length,
      rejected: rejectedCount,
      at: this.#options.now(),
      ...(userAgent !== undefined && { userAgent }),
      headers,
    };
  }

  #reject({ spans, rejectedCount, rejections }: DecodedSpans): PartialSuccess {
    const count = `${rejectedCount} of ${spans.length + rejectedCount} spans`;
    for (const { kind, reason } of rejections) {
      const message = `${count} in an export were rejected: ${reason}. → Let the SDK make the spans, or correct the code that does.`;
      this.report({ kind, message });
    }
    const reasons = rejections.map(({ reason }) => reason).join('; ');
    return { rejected: rejectedCount, errorMessage: `${count} rejected: ${reasons}` };
  }
}
