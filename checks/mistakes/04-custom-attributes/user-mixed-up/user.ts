import { trace } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { RequestHandler } from 'express';

let currentUser: string | undefined;

export const user: RequestHandler = (req, _res, next) => {
  const id = req.get('x-user-id');
  currentUser = id;
  if (!id) {
    next();
    return;
  }
  // The SERVER span began before the user was known; it is still the active span here.
  trace.getActiveSpan()?.setAttribute('user.id', id);
  next();
};

/** Attributes are not inherited, so each span takes the user from the context that it starts in. */
export class UserSpanProcessor implements SpanProcessor {
  onStart(span: Span): void {
    if (currentUser) span.setAttribute('user.id', currentUser);
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
