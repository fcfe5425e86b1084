import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { SpanKind, trace } from '@opentelemetry/api';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const client = upstream.protocol === 'https:' ? https : http;
const tracer = trace.getTracer('shop');

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  const url = new URL(path, upstream);
  const attributes = { 'http.request.method': 'GET', 'url.full': url.href };
  return tracer.startActiveSpan('GET', { kind: SpanKind.CLIENT, attributes }, (span) =>
    new Promise<UpstreamAnswer>((resolve, reject) => {
      const request = client.get(url, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      });
      request.once('error', reject);
    }).finally(() => span.end()),
  );
}
