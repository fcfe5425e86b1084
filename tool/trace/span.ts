/** A span as it arrived over OTLP, in plain values. https://opentelemetry.io/docs/specs/otel/trace/api/#span */
export interface Span {
  /** 32 lowercase hex digits. */
  readonly traceId: string;
  /** 16 lowercase hex digits. */
  readonly spanId: string;
  /** Absent on a root span. */
  readonly parentSpanId?: string;
  /** W3C `tracestate`, as it came. */
  readonly traceState?: string;
  /** OTLP span flags: the W3C trace flags, and whether the parent is remote; undefined when the sender gave none. */
  readonly flags?: number;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTimeUnixNano: bigint;
  /** Absent while the span is in flight. */
  readonly endTimeUnixNano?: bigint;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly status: SpanStatus;
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
}

export type SpanKind = 'UNSPECIFIED' | 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

/** Bytes come as base64 text, integers beyond 2^53 as bigint. */
export type AttributeValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface SpanEvent {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly attributes: Attributes;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

export interface SpanStatus {
  readonly code: 'UNSET' | 'OK' | 'ERROR';
  readonly message?: string;
}

/** https://opentelemetry.io/docs/specs/otel/resource/data-model/ */
export interface Resource {
  readonly attributes: Attributes;
}

/** https://opentelemetry.io/docs/specs/otel/common/instrumentation-scope/ */
export interface InstrumentationScope {
  readonly name: string;
  readonly version?: string;
  readonly attributes: Attributes;
}

/** The `service.name` of the process that made the span; OpenTelemetry's own default where there is none. */
export function serviceName(span: Span): string {
  const name = span.resource.attributes['service.name'];
  return typeof name === 'string' && name !== '' ? name : 'unknown_service';
}

/** Milliseconds from start to end; undefined while in flight; negative when the clock ran backwards. */
export function durationMs(span: Span): number | undefined {
  if (span.endTimeUnixNano === undefined) return undefined;
  return Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6;
}

export function isError(span: Span): boolean {
  return span.status.code === 'ERROR';
}
