import { trace } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { RequestHandler } from 'express';

export const user: RequestHandler = (req, _res, next) => {
  const id = req.get('x-user-id');
  if (!id) {
    next();
    return;
  }
  UserSpanProcessor.user = id;
  // The SERVER span began before the user was known; it is still the active span here.
  trace.getActiveSpan()?.setAttribute('user.id', id);
  next();
};

/** Attributes are not inherited, so each span takes the user from the context that it starts in. */
export class UserSpanProcessor implements SpanProcessor {
  static user: string | undefined;

  onStart(span: Span): void {
    if (UserSpanProcessor.user) span.setAttribute('user.id', UserSpanProcessor.user);
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
