import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const deadlineMs = Number(process.env.UPSTREAM_TIMEOUT_MS ?? 1250);
const tracer = trace.getTracer('shop');

export interface UpstreamAnswer {
  status: number;
  body: string;
}

/** fetch() is not seen by HttpInstrumentation, so the CLIENT span and the traceparent header are made here. */
export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  const url = new URL(path, upstream);
  const attributes = { 'http.request.method': 'GET', 'url.full': url.href, 'server.address': url.hostname };
  return tracer.startActiveSpan('GET', { kind: SpanKind.CLIENT, attributes }, async (span) => {
    const headers: Record<string, string> = {};
    propagation.inject(context.active(), headers);
    try {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(deadlineMs) });
      span.setAttribute('http.response.status_code', response.status);
      return { status: response.status, body: await response.text() };
    } catch (error) {
      const { name, message } = error as Error;
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.setAttribute('error.type', name);
      throw error;
    } finally {
      span.end();
    }
  });
}
