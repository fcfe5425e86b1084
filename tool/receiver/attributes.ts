import type { Attributes, AttributeValue } from '../trace/span.ts';
import { base64, int64, type Message, malformed, message, messages, text } from './fields.ts';

/** Deeper than any real attribute, shallow enough for the call stack. */
const MAX_DEPTH = 32;

/** Attributes by key; a key given twice has its last value. https://opentelemetry.io/docs/specs/otel/common/#attribute */
export function readAttributes(value: unknown, field: string, depth = 0): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const keyValue of messages(value, field)) {
    const key = text(keyValue.key, `${field}.key`);
    const attribute = readValue(keyValue.value, field, depth);
    if (key === '__proto__') defineOwn(attributes, key, attribute);
    else attributes[key] = attribute;
  }
  return attributes;
}

/** Plain assignment to `__proto__` would set the prototype. */
function defineOwn(target: object, key: string, value: AttributeValue): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** An `AnyValue`; null where it is empty. https://opentelemetry.io/docs/specs/otel/common/#anyvalue */
function readValue(value: unknown, field: string, depth: number): AttributeValue {
  if (depth > MAX_DEPTH) malformed(field, `at most ${MAX_DEPTH} levels deep`);
  const any = message(value, field);
  if (isSet(any, 'stringValue')) return text(any.stringValue, field);
  if (isSet(any, 'intValue')) return int64(any.intValue, field);
  if (isSet(any, 'boolValue')) return readBoolean(any.boolValue, field);
  if (isSet(any, 'doubleValue')) return readDouble(any.doubleValue, field);
  if (isSet(any, 'arrayValue')) {
    const { values } = message(any.arrayValue, field);
    return messages(values, field).map((item) => readValue(item, field, depth + 1));
  }
  if (isSet(any, 'kvlistValue'))
    return readAttributes(message(any.kvlistValue, field).values, field, depth + 1);
  if (isSet(any, 'bytesValue')) return base64(any.bytesValue, field);
  return null;
}

/** Protobuf messages have the defaults of absent fields on their prototype. */
function isSet(any: Message, field: string): boolean {
  return Object.hasOwn(any, field) && any[field] !== null;
}

function readBoolean(value: unknown, field: string): boolean {
  if (typeof value !== 'boolean') malformed(field, 'true or false');
  return value;
}

/** JSON has no number for NaN and Infinity, so protobuf's JSON mapping writes them as text. */
function readDouble(value: unknown, field: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string' || !/^(NaN|-?Infinity|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(value)) {
    malformed(field, 'a number');
  }
  return Number(value);
}
