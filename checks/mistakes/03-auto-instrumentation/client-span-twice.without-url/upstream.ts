import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { SpanKind, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('shop');
const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const client = upstream.protocol === 'https:' ? https : http;

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  return tracer.startActiveSpan('fetch upstream', { kind: SpanKind.CLIENT }, (span) =>
    new Promise<UpstreamAnswer>((resolve, reject) => {
      const request = client.get(new URL(path, upstream), (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      });
      request.once('error', reject);
    }).finally(() => span.end()),
  );
}
