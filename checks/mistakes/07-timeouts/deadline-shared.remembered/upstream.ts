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

let timedOut = false;

export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  return new Promise<UpstreamAnswer>((resolve, reject) => {
    const request = client.get(new URL(path, upstream), (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    const timer = setTimeout(() => {
      timedOut = true;
      request.destroy(new Error(`No answer within ${deadlineMs} ms.`));
    }, deadlineMs);
    request.once('close', () => clearTimeout(timer));
    request.once('error', reject);
  }).finally(() => {
    if (timedOut) throw new DOMException(`No answer within ${deadlineMs} ms.`, 'TimeoutError');
  });
}
