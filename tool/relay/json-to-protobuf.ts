import { enumName, int64, type Message, message } from '../receiver/fields.ts';
import { parseJson } from '../receiver/json.ts';
import { encodeMessage, MESSAGES } from '../receiver/schema.ts';
import { KINDS, STATUS_CODES } from '../receiver/spans.ts';

const IDS = ['traceId', 'spanId', 'parentSpanId'];

/**
 * An OTLP/JSON request as OTLP/gRPC carries it; `name` is the message's in schema.ts. Fields that OTLP does not have are left out.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function jsonToProtobuf(name: string, body: Buffer): Buffer {
  return encodeMessage(name, toMessage(name, parseJson(body)));
}

function toMessage(name: string, json: Message): object {
  const given = Object.entries(MESSAGES[name] ?? {}).filter(([field]) => isGiven(json[field]));
  const entries = given.map(([field, [, type]]) => {
    const value = json[field];
    if (!type.endsWith('*')) return [field, toValue(field, type, value)];
    const items = Array.isArray(value) ? value : [];
    return [field, items.map((item) => toValue(field, type.slice(0, -1), item))];
  });
  return Object.fromEntries(entries);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function toValue(field: string, type: string, value: unknown): unknown {
  if (Object.hasOwn(MESSAGES, type)) return toMessage(type, message(value, field));
  switch (type) {
    case 'bytes':
      return Buffer.from(String(value), IDS.includes(field) ? 'hex' : 'base64');
    case 'int64':
    case 'fixed64':
      return toHalves(value, field);
    case 'int32':
      return toEnum(field, value);
    case 'double':
    case 'uint32':
    case 'fixed32':
      return Number(value);
    default:
      return value;
  }
}

/** Two 32-bit halves, exact also where a number would not be. */
function toHalves(value: unknown, field: string): { low: number; high: number; unsigned: boolean } {
  const bits = BigInt.asUintN(64, BigInt(typeof value === 'string' ? value : int64(value, field)));
  return { low: Number(bits & 0xffff_ffffn) | 0, high: Number(bits >> 32n) | 0, unsigned: false };
}

/** The numbers of the two enums that a span has; their names too, which the receiver understands. */
function toEnum(field: string, value: unknown): number {
  if (typeof value !== 'string') return Number(value);
  if (field === 'kind') return KINDS.indexOf(enumName(value, KINDS, 'SPAN_KIND_', field));
  return STATUS_CODES.indexOf(enumName(value, STATUS_CODES, 'STATUS_CODE_', field));
}
