import { SpanStatusCode, trace } from '@opentelemetry/api';

/** Runs the function in a span, which ends with it. */
export function withSpan<T>(name: string, work: () => T): T {
  return trace.getTracer('shop').startActiveSpan(name, (span) => {
    try {
      return work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}
