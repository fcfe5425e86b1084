import { type Context, trace } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { RequestHandler } from 'express';

export const user: RequestHandler = (req, _res, next) => {
  const id = req.get('x-user-id');
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
  onStart(span: Span, parentContext: Context): void {
    const parent = trace.getSpan(parentContext) as Partial<ReadableSpan> | undefined;
    const id = parent?.attributes?.['user.id'];
    if (id !== undefined) span.setAttribute('user.id', id);
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
