import { type Context, context, createContextKey, trace } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { RequestHandler } from 'express';

const userKey = createContextKey('user.id');

export const user: RequestHandler = (req, res, next) => {
  const id = req.get('x-user-id');
  if (!id) {
    next();
    return;
  }
  // The SERVER span began before the user was known; it is still the active span here.
  const span = trace.getActiveSpan();
  res.once('finish', () => span?.setAttribute('user.id', id));
  context.with(context.active().setValue(userKey, id), next);
};

/** Attributes are not inherited, so each span takes the user from the context that it starts in. */
export class UserSpanProcessor implements SpanProcessor {
  onStart(span: Span, parentContext: Context): void {
    const id = parentContext.getValue(userKey);
    if (typeof id === 'string') span.setAttribute('user.id', id);
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
