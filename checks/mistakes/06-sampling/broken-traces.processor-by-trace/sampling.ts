import { type Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1);

/** Passes on a part of the spans. */
export class SamplingProcessor implements SpanProcessor {
  readonly #next: SpanProcessor;

  constructor(next: SpanProcessor) {
    this.#next = next;
  }

  onStart(span: Span, context: Context): void {
    this.#next.onStart(span, context);
  }

  onEnd(span: ReadableSpan): void {
    if (span.attributes['http.route'] === '/healthz') return;
    if (Number.parseInt(span.spanContext().traceId.slice(-8), 16) / 2 ** 32 < ratio) this.#next.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#next.shutdown();
  }
}
