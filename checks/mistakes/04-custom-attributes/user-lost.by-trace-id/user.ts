import { trace } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { RequestHandler } from 'express';

const users = new Map<string, string>();

export const user: RequestHandler = (req, res, next) => {
  const id = req.get('x-user-id');
  if (!id) {
    next();
    return;
  }
  // The SERVER span began before the user was known; it is still the active span here.
  const span = trace.getActiveSpan();
  span?.setAttribute('user.id', id);
  if (span) {
    const { traceId } = span.spanContext();
    users.set(traceId, id);
    res.once('close', () => users.delete(traceId));
  }
  next();
};

/** Attributes are not inherited, so each span takes the user of its trace. */
export class UserSpanProcessor implements SpanProcessor {
  onStart(span: Span): void {
    const id = users.get(span.spanContext().traceId);
    if (id) span.setAttribute('user.id', id);
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
