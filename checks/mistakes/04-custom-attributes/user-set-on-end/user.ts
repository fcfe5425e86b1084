import { context, createContextKey } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { RequestHandler } from 'express';

const userKey = createContextKey('user.id');

export const user: RequestHandler = (req, _res, next) => {
  const id = req.get('x-user-id');
  if (!id) {
    next();
    return;
  }
  context.with(context.active().setValue(userKey, id), next);
};

/** Attributes are not inherited, so each span takes the user from the context that it starts in. */
export class UserSpanProcessor implements SpanProcessor {
  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const id = context.active().getValue(userKey);
    if (typeof id === 'string') (span as Span).setAttribute('user.id', id);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
