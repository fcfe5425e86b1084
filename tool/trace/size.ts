import type { Attributes, AttributeValue, Span } from './span.ts';

const SPAN_BYTES = 600;
const OBJECT_BYTES = 64;
const VALUE_BYTES = 24;

/** About how much memory a span keeps, its resource and scope not counted; rather too much than too little. */
export function spanBytes(span: Span): number {
  let bytes =
    SPAN_BYTES +
    textBytes(span.name) +
    textBytes(span.traceState ?? '') +
    textBytes(span.status.message ?? '');
  bytes += attributesBytes(span.attributes);
  for (const event of span.events)
    bytes += 3 * OBJECT_BYTES + textBytes(event.name) + attributesBytes(event.attributes);
  for (const link of span.links) bytes += 4 * OBJECT_BYTES + attributesBytes(link.attributes);
  return bytes;
}

/** About how much memory attributes keep. */
export function attributesBytes(attributes: Attributes): number {
  let bytes = OBJECT_BYTES;
  for (const key of Object.keys(attributes)) bytes += textBytes(key) + valueBytes(attributes[key] ?? null);
  return bytes;
}

function valueBytes(value: AttributeValue): number {
  if (typeof value === 'string') return textBytes(value);
  if (typeof value !== 'object' || value === null) return VALUE_BYTES;
  if (!isList(value)) return attributesBytes(value);
  return value.reduce<number>((bytes, item) => bytes + valueBytes(item), OBJECT_BYTES);
}

function textBytes(text: string): number {
  return VALUE_BYTES + 2 * text.length;
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: object): value is readonly AttributeValue[] {
  return Array.isArray(value);
}
