import { type Message, malformed } from './fields.ts';
import { Refusal } from './problems.ts';

/** Digits that a JavaScript number may not hold exactly, where OTLP asks for a decimal string. */
const WIDE_INTEGER = /[:,[]\s*-?\d{16,}\s*[,}\]]/;

/**
 * The object in an OTLP/JSON body; integers too wide for a number as bigint. Throws a `Refusal` when it is not one.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function parseJson(body: Buffer): Message {
  const request = parse(body.toString('utf8'));
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    malformed('the body', 'an object');
  return request as Message;
}

function parse(text: string): unknown {
  try {
    return WIDE_INTEGER.test(text) ? JSON.parse(text, keepWideIntegers) : JSON.parse(text);
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'JSON' : 'JSON of a sane depth';
    throw new Refusal(
      'malformed',
      `An export was not valid ${reason}, so its spans were refused. → Send it with an OpenTelemetry exporter for OTLP.`,
    );
  }
}

/** A reviver; engines give it the source text of a number as its third argument. */
function keepWideIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
  return /^-?\d{1,20}$/.test(source) ? BigInt(source) : value;
}
