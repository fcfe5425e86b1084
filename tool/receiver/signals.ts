import type { Message } from './fields.ts';
import { type DecodedSpans, readSpans } from './spans.ts';

/** One of OpenTelemetry's kinds of telemetry, as OTLP carries it. */
export interface Signal {
  readonly name: 'traces';
  readonly grpcPath: string;
  readonly httpPath: string;
  /** The message that a request carries, by its name in schema.ts. */
  readonly request: string;
  /** The field of a JSON partial success that counts what was rejected; on the wire it is the same for all signals. */
  readonly rejectedField: string;
  readonly read: (request: Message) => DecodedSpans;
}

/** What the receiver takes. A signal that is not here is answered as the specification says: 404 or `UNIMPLEMENTED`. */
export const SIGNALS: readonly Signal[] = [
  {
    name: 'traces',
    grpcPath: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    httpPath: '/v1/traces',
    request: 'ExportTraceServiceRequest',
    rejectedField: 'rejectedSpans',
    read: readSpans,
  },
];
