import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const client = upstream.protocol === 'https:' ? https : http;

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

const deadlineMs = Number(process.env.UPSTREAM_TIMEOUT_MS ?? 1250);

export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  const signal = AbortSignal.timeout(deadlineMs);
  return new Promise<UpstreamAnswer>((resolve, reject) => {
    const request = client.get(new URL(path, upstream), { signal }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.once('error', reject);
  }).catch((error) => {
    if (signal.aborted) return { status: 504, body: 'Gateway Timeout' };
    throw error;
  });
}
