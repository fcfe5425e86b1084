import protobuf from 'protobufjs/light.js';
import { Refusal } from './problems.ts';

/**
 * Field name to field number and type; `*` repeats. https://github.com/open-telemetry/opentelemetry-proto
 * What the receiver never reads is here as well, so that a request in JSON is passed on whole.
 */
export const MESSAGES: Record<string, Record<string, [number, string]>> = {
  ExportTraceServiceRequest: { resourceSpans: [1, 'ResourceSpans*'] },
  ResourceSpans: { resource: [1, 'Resource'], scopeSpans: [2, 'ScopeSpans*'], schemaUrl: [3, 'string'] },
  Resource: {
    attributes: [1, 'KeyValue*'],
    droppedAttributesCount: [2, 'uint32'],
    entityRefs: [3, 'EntityRef*'],
  },
  EntityRef: {
    schemaUrl: [1, 'string'],
    type: [2, 'string'],
    idKeys: [3, 'string*'],
    descriptionKeys: [4, 'string*'],
  },
  ScopeSpans: { scope: [1, 'InstrumentationScope'], spans: [2, 'Span*'], schemaUrl: [3, 'string'] },
  InstrumentationScope: {
    name: [1, 'string'],
    version: [2, 'string'],
    attributes: [3, 'KeyValue*'],
    droppedAttributesCount: [4, 'uint32'],
  },
  Span: {
    traceId: [1, 'bytes'],
    spanId: [2, 'bytes'],
    traceState: [3, 'string'],
    parentSpanId: [4, 'bytes'],
    name: [5, 'string'],
    kind: [6, 'int32'],
    startTimeUnixNano: [7, 'fixed64'],
    endTimeUnixNano: [8, 'fixed64'],
    attributes: [9, 'KeyValue*'],
    droppedAttributesCount: [10, 'uint32'],
    events: [11, 'Event*'],
    droppedEventsCount: [12, 'uint32'],
    links: [13, 'Link*'],
    droppedLinksCount: [14, 'uint32'],
    status: [15, 'Status'],
    flags: [16, 'fixed32'],
  },
  Event: {
    timeUnixNano: [1, 'fixed64'],
    name: [2, 'string'],
    attributes: [3, 'KeyValue*'],
    droppedAttributesCount: [4, 'uint32'],
  },
  Link: {
    traceId: [1, 'bytes'],
    spanId: [2, 'bytes'],
    traceState: [3, 'string'],
    attributes: [4, 'KeyValue*'],
    droppedAttributesCount: [5, 'uint32'],
    flags: [6, 'fixed32'],
  },
  Status: { message: [2, 'string'], code: [3, 'int32'] },
  KeyValue: { key: [1, 'string'], value: [2, 'AnyValue'] },
  AnyValue: {
    stringValue: [1, 'string'],
    boolValue: [2, 'bool'],
    intValue: [3, 'int64'],
    doubleValue: [4, 'double'],
    arrayValue: [5, 'ArrayValue'],
    kvlistValue: [6, 'KeyValueList'],
    bytesValue: [7, 'bytes'],
  },
  ArrayValue: { values: [1, 'AnyValue*'] },
  KeyValueList: { values: [1, 'KeyValue*'] },

  ExportResponse: { partialSuccess: [1, 'PartialSuccess'] },
  PartialSuccess: { rejected: [1, 'int64'], errorMessage: [2, 'string'] },
  /** `google.rpc.Status`, the body of an OTLP/HTTP error, and with details in a trailer of a gRPC one. */
  RpcStatus: { code: [1, 'int32'], message: [2, 'string'], details: [3, 'Any*'] },
  Any: { typeUrl: [1, 'string'], value: [2, 'bytes'] },
  RetryInfo: { retryDelay: [1, 'Duration'] },
  Duration: { seconds: [1, 'int64'], nanos: [2, 'int32'] },
};

/** An empty message is two bytes on the wire and a hundred in memory, so bytes alone do not bound a request. */
const MAX_MESSAGES = 2_000_000;
let messages = 0;

function createType(name: string): protobuf.Type {
  const type = new protobuf.Type(name);
  for (const [field, [id, fieldType]] of Object.entries(MESSAGES[name] ?? {})) {
    const repeated = fieldType.endsWith('*') ? 'repeated' : undefined;
    type.add(new protobuf.Field(field, id, fieldType.replace('*', ''), repeated));
  }
  return type;
}

function countMessages(type: protobuf.Type): void {
  type.ctor = class extends protobuf.Message {
    constructor(properties?: protobuf.Properties<object>) {
      super(properties);
      messages += 1;
      if (messages > MAX_MESSAGES) throw tooMany();
    }
  };
}

function tooMany(): Refusal {
  return new Refusal(
    'too-large',
    `An export held more than ${MAX_MESSAGES} values, so it was refused. → Export fewer spans at once: lower maxExportBatchSize.`,
  );
}

const root = new protobuf.Root();
for (const name of Object.keys(MESSAGES)) root.add(createType(name));
root.resolveAll();
for (const name of Object.keys(MESSAGES)) countMessages(root.lookupType(name));

/**
 * The message in these bytes, fields named as in OTLP/JSON, 64-bit integers as `Long`, absent fields only on the prototype.
 * Unknown fields are skipped. Throws a `Refusal` when the bytes are not such a message.
 */
export function decodeMessage(name: string, bytes: Uint8Array): object {
  messages = 0;
  try {
    return root.lookupType(name).decode(bytes);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      'malformed',
      `An export was not valid protobuf (${reason}), so its spans were refused. → Send it with an OpenTelemetry exporter for OTLP.`,
    );
  }
}

/** The bytes of a message. */
export function encodeMessage(name: string, message: object): Buffer {
  messages = 0;
  const type = root.lookupType(name);
  return Buffer.from(type.encode(type.create(message)).finish());
}
