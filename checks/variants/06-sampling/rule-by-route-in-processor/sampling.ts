import type { Context } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  type ReadableSpan,
  type Span,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

const ratio = Number(process.env.OTEL_TRACES_SAMPLER_ARG ?? 1);

export const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });

/** Keeps health checks away from the next processor. */
export class NoHealthChecks implements SpanProcessor {
  readonly #next: SpanProcessor;

  constructor(next: SpanProcessor) {
    this.#next = next;
  }

  onStart(span: Span, context: Context): void {
    this.#next.onStart(span, context);
  }

  onEnd(span: ReadableSpan): void {
    if (span.attributes['http.route'] !== '/healthz') this.#next.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#next.shutdown();
  }
}
