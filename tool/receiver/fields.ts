import { Refusal } from './problems.ts';

/** A decoded OTLP message, from protobuf or from JSON. Each function below reads a field in either form. */
export type Message = Readonly<Record<string, unknown>>;

/** Two 32-bit halves, as protobuf gives a 64-bit integer. */
interface Long {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

const MAX_UINT64 = 2n ** 64n - 1n;
const NO_MESSAGE: Message = Object.freeze({});

/** Throws the refusal of a request whose `field` cannot be read. */
export function malformed(field: string, expected: string): never {
  throw new Refusal(
    'malformed',
    `An export was not valid OTLP: ${field} must be ${expected}. All its spans were refused. → Send it with an OpenTelemetry exporter for OTLP.`,
  );
}

/** An object; an empty one where the field is absent. */
export function message(value: unknown, field: string): Message {
  if (value === undefined || value === null) return NO_MESSAGE;
  if (typeof value !== 'object' || Array.isArray(value)) malformed(field, 'an object');
  return value as Message;
}

/** A list of objects; empty where the field is absent. */
export function messages(value: unknown, field: string): readonly Message[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) malformed(field, 'a list');
  for (const item of value) {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      malformed(field, 'a list of objects');
  }
  return value;
}

/** Text; empty where the field is absent. */
export function text(value: unknown, field: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') malformed(field, 'text');
  return value;
}

/** Lowercase hex digits, from bytes or from hex in any case; empty where the field is absent. */
export function hex(value: unknown, field: string): string {
  return value instanceof Uint8Array ? asBuffer(value).toString('hex') : text(value, field).toLowerCase();
}

/** Base64, from bytes or from base64 in either alphabet. */
export function base64(value: unknown, field: string): string {
  const bytes = value instanceof Uint8Array ? asBuffer(value) : Buffer.from(text(value, field), 'base64');
  return bytes.toString('base64');
}

/** A fixed64 of nanoseconds, exact; 0 where the field is absent. */
export function nanoseconds(value: unknown, field: string): bigint {
  const result = wholeNumber(value, field);
  if (result < 0n || result > MAX_UINT64) malformed(field, 'a whole number from 0 to 2^64 - 1');
  return result;
}

/** An int64: a number where that is exact, a bigint beyond 2^53. */
export function int64(value: unknown, field: string): number | bigint {
  if (isLong(value) && value.high === value.low >> 31) return value.low;
  const result = wholeNumber(value, field);
  if (BigInt.asIntN(64, result) !== result) malformed(field, 'a whole number of 64 bits');
  const number = Number(result);
  return Number.isSafeInteger(number) ? number : result;
}

/** A 32-bit number; undefined where the field is absent. */
export function number(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const result = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof result !== 'number' || !Number.isInteger(result)) malformed(field, 'a whole number');
  return result;
}

/** The name at an enum's number; OTLP/JSON senders that write the name, like `SPAN_KIND_SERVER`, are understood too. */
export function enumName<T extends string>(
  value: unknown,
  names: readonly T[],
  prefix: string,
  field: string,
): T {
  const [fallback] = names as readonly [T];
  if (typeof value === 'string') return names.find((name) => value === prefix + name) ?? fallback;
  return names[number(value, field) ?? 0] ?? fallback;
}

function wholeNumber(value: unknown, field: string): bigint {
  if (value === undefined || value === null) return 0n;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  if (isLong(value)) return fromLong(value);
  return malformed(field, 'a whole number');
}

function isLong(value: unknown): value is Long {
  return (
    typeof value === 'object' && value !== null && 'low' in value && 'high' in value && 'unsigned' in value
  );
}

function fromLong({ low, high, unsigned }: Long): bigint {
  return (BigInt(unsigned ? high >>> 0 : high) << 32n) | BigInt(low >>> 0);
}

function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
