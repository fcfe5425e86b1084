import { type Span, SpanStatusCode } from '@opentelemetry/api';

export const sqlite = { 'db.system.name': 'sqlite', 'db.namespace': ':memory:' };

export function failed(span: Span, error: unknown): void {
  const { name, message, code } = error as Error & { code?: string };
  span.recordException(error as Error);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.setAttributes({ 'error.type': name, 'db.response.status_code': code });
}
