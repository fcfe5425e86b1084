import type {
  InstrumentationScope,
  Resource,
  Span,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanStatus,
} from '../trace/span.ts';
import { readAttributes } from './attributes.ts';
import { enumName, hex, type Message, message, messages, nanoseconds, number, text } from './fields.ts';

/** Why one span was not taken although the rest of its request was. */
export interface Rejection {
  readonly kind: 'bad-ids' | 'missing-times';
  readonly reason: string;
}

export interface DecodedSpans {
  readonly spans: readonly Span[];
  readonly rejectedCount: number;
  /** The first rejection of each kind. */
  readonly rejections: readonly Rejection[];
}

export const KINDS: readonly SpanKind[] = [
  'UNSPECIFIED',
  'INTERNAL',
  'SERVER',
  'CLIENT',
  'PRODUCER',
  'CONSUMER',
];
export const STATUS_CODES: readonly SpanStatus['code'][] = ['UNSET', 'OK', 'ERROR'];

const BAD_TRACE_ID: Rejection = { kind: 'bad-ids', reason: 'a trace id must be 16 bytes, not all zero' };
const BAD_SPAN_ID: Rejection = { kind: 'bad-ids', reason: 'a span id must be 8 bytes, not all zero' };
const BAD_PARENT_ID: Rejection = { kind: 'bad-ids', reason: 'a parent span id must be 8 bytes or absent' };
const BAD_LINK: Rejection = {
  kind: 'bad-ids',
  reason: 'a link needs a trace id of 16 bytes and a span id of 8',
};
const NO_TIMES: Rejection = { kind: 'missing-times', reason: 'a span needs a start time' };

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const ZEROS = /^0*$/;

/**
 * The spans of an `ExportTraceServiceRequest`, in its order, and those that cannot be used.
 * Throws a `Refusal` where the request as a whole is malformed. https://opentelemetry.io/docs/specs/otlp/
 */
export function readSpans(request: Message): DecodedSpans {
  const spans: Span[] = [];
  const rejections = new Map<string, Rejection>();
  let rejectedCount = 0;

  for (const { origin, span } of eachSpan(request)) {
    const result = readSpan(span, origin);
    if ('traceId' in result) {
      spans.push(result);
    } else {
      rejectedCount += 1;
      if (!rejections.has(result.kind)) rejections.set(result.kind, result);
    }
  }
  return { spans, rejectedCount, rejections: [...rejections.values()] };
}

/** Where a span was made; one object shared by all spans of a scope. */
interface Origin {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
}

function* eachSpan(request: Message): Generator<{ origin: Origin; span: Message }> {
  for (const { resource, scopeSpans } of messages(request.resourceSpans, 'resourceSpans')) {
    const spanResource = readResource(resource);
    for (const { scope, spans } of messages(scopeSpans, 'scopeSpans')) {
      const origin = { resource: spanResource, scope: readScope(scope) };
      for (const span of messages(spans, 'spans')) yield { origin, span };
    }
  }
}

function readResource(value: unknown): Resource {
  return { attributes: readAttributes(message(value, 'resource').attributes, 'resource.attributes') };
}

function readScope(value: unknown): InstrumentationScope {
  const scope = message(value, 'scope');
  const version = text(scope.version, 'scope.version');
  return {
    name: text(scope.name, 'scope.name'),
    ...(version && { version }),
    attributes: readAttributes(scope.attributes, 'scope.attributes'),
  };
}

function readSpan(value: Message, { resource, scope }: Origin): Span | Rejection {
  const traceId = hex(value.traceId, 'traceId');
  const spanId = hex(value.spanId, 'spanId');
  const parentSpanId = hex(value.parentSpanId, 'parentSpanId');
  const end = nanoseconds(value.endTimeUnixNano, 'endTimeUnixNano');
  // A zero time is an absent one: a span without an end is in flight, one with only an end lasted no time that we know of.
  const start = nanoseconds(value.startTimeUnixNano, 'startTimeUnixNano') || end;

  if (!TRACE_ID.test(traceId) || ZEROS.test(traceId)) return BAD_TRACE_ID;
  if (!SPAN_ID.test(spanId) || ZEROS.test(spanId)) return BAD_SPAN_ID;
  const hasParent = parentSpanId !== '' && parentSpanId !== '0000000000000000';
  if (hasParent && !SPAN_ID.test(parentSpanId)) return BAD_PARENT_ID;
  if (start === 0n) return NO_TIMES;
  const links = messages(value.links, 'links').map(readLink);
  if (links.some((link) => !TRACE_ID.test(link.traceId) || !SPAN_ID.test(link.spanId))) return BAD_LINK;

  const traceState = text(value.traceState, 'traceState');
  const flags = number(value.flags, 'flags');
  return {
    traceId,
    spanId,
    ...(hasParent && { parentSpanId }),
    ...(traceState && { traceState }),
    ...(flags && { flags }),
    name: text(value.name, 'name'),
    kind: enumName(value.kind, KINDS, 'SPAN_KIND_', 'kind'),
    startTimeUnixNano: start,
    ...(end !== 0n && { endTimeUnixNano: end }),
    attributes: readAttributes(value.attributes, 'attributes'),
    events: messages(value.events, 'events').map((event) => readEvent(event, start)),
    links,
    status: readStatus(value.status),
    resource,
    scope,
  };
}

/** An event without a time is put at the start of its span. */
function readEvent(value: Message, spanStart: bigint): SpanEvent {
  return {
    name: text(value.name, 'events.name'),
    timeUnixNano: nanoseconds(value.timeUnixNano, 'events.timeUnixNano') || spanStart,
    attributes: readAttributes(value.attributes, 'events.attributes'),
  };
}

function readLink(value: Message): SpanLink {
  return {
    traceId: hex(value.traceId, 'links.traceId'),
    spanId: hex(value.spanId, 'links.spanId'),
    attributes: readAttributes(value.attributes, 'links.attributes'),
  };
}

function readStatus(value: unknown): SpanStatus {
  const status = message(value, 'status');
  const description = text(status.message, 'status.message');
  return {
    code: enumName(status.code, STATUS_CODES, 'STATUS_CODE_', 'status.code'),
    ...(description && { message: description }),
  };
}
