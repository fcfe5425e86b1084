import { describeValue } from '../trace/select.ts';
import { durationMs, type Span, serviceName } from '../trace/span.ts';
import type { SpanNode } from '../trace/tree.ts';
import { renderDuration } from './duration.ts';
import { sanitize, truncate } from './text.ts';

/** What is printed in place of a trace that has no span. */
export const NO_SPAN = '(no span arrived)';

export function spanName(span: Span): string {
  return sanitize(span.name) || '(no name)';
}

export function spanService(span: Span): string {
  return sanitize(serviceName(span)) || '(no name)';
}

export function spanKind(span: Span): string {
  return span.kind === 'UNSPECIFIED' ? '-' : span.kind;
}

/** The duration, `in flight` before the span's end, `no start` where the sender gave no start time. */
export function spanDuration(span: Span): string {
  if (span.startTimeUnixNano === 0n) return 'no start';
  const ms = durationMs(span);
  return ms === undefined ? 'in flight' : renderDuration(ms);
}

/**
 * Why the span failed, in its own words: the status message, or else `error.type`; empty when it gave neither.
 * The HTTP instrumentation gives neither to a call that was answered with an error, so that its status code is taken.
 */
export function errorDetail({ kind, status, attributes }: Span): string {
  const type = attributes['error.type'];
  const code = kind === 'CLIENT' ? attributes['http.response.status_code'] : undefined;
  return sanitize(status.message || (typeof type === 'string' ? type : describeCode(code)));
}

const describeCode = (code: unknown) => (typeof code === 'number' ? String(code) : '');

/** The named attributes that the span has: `user.id=ada`. A long value is cut. */
export function attributeTexts(span: Span, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value = Object.hasOwn(span.attributes, name) ? span.attributes[name] : undefined;
    return value === undefined ? [] : [`${sanitize(name)}=${truncate(sanitize(describeValue(value)), 40)}`];
  });
}

/** What is unusual about where the span hangs, empty for most. */
export function orphanText(node: SpanNode): string {
  if (node.parentCycle) return '(parent cycle)';
  return node.orphan ? '(orphan)' : '';
}

/** `1 span`, `2 spans`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
