import { createRequire } from 'node:module';
import path from 'node:path';
import protobuf from 'protobufjs';

/** The official schema, as another receiver's package carries it, so that ours is not measured by itself. */
const folder = path.dirname(createRequire(import.meta.url).resolve('@elastic/mockotlpserver/package.json'));
const root = new protobuf.Root();
root.resolvePath = (_origin, target) => path.join(folder, target);
root.loadSync('opentelemetry/proto/collector/trace/v1/trace_service.proto');
const SERVICE = 'opentelemetry.proto.collector.trace.v1';

export const TRACE_ID = '5b8efff798038103d269b633813fc60c';
export const SPAN_ID = 'eee19b7ec3c1b174';

/** The least that is a span. */
export const SPAN = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  name: 'GET /items',
  kind: 2,
  startTimeUnixNano: '1544712660000000001',
  endTimeUnixNano: '1544712661000000003',
};

/** An OTLP/JSON request with these spans, of one scope. */
export function requestOf(...spans: object[]): object {
  return {
    resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: 'test' }, spans }] }],
  };
}

/** The protobuf form of an OTLP/JSON request, by the official schema. */
export function toProtobuf(request: object): Buffer {
  const type = root.lookupType(`${SERVICE}.ExportTraceServiceRequest`);
  return Buffer.from(type.encode(type.fromObject(withBinaryIds(request) as object)).finish());
}

/** The request in these bytes, every field of the official schema; ids and other bytes in hex. */
export function readRequest(bytes: Buffer): object {
  const type = root.lookupType(`${SERVICE}.ExportTraceServiceRequest`);
  const decoded = type.toObject(type.decode(bytes), { longs: String, bytes: Array });
  return JSON.parse(JSON.stringify(decoded));
}

/** The response in these bytes, as OTLP/JSON. */
export function readResponse(bytes: Buffer): object {
  const type = root.lookupType(`${SERVICE}.ExportTraceServiceResponse`);
  return type.toObject(type.decode(bytes), { longs: String });
}

/** OTLP/JSON writes ids in hex where protobuf's own JSON has base64. */
function withBinaryIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBinaryIds);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    const isId = /^(traceId|spanId|parentSpanId)$/.test(key);
    return [key, isId ? Buffer.from(String(item), 'hex') : withBinaryIds(item)];
  });
  return Object.fromEntries(entries);
}
