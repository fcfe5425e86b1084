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

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const request = client.get(new URL(path, upstream), (response) => {
      request.once('timeout', () => response.destroy());
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    setTimeout(() => {
      reject(new TimeoutError(`No whole answer after ${deadlineMs} ms.`));
      if (!request.emit('timeout')) request.destroy();
    }, deadlineMs);
    request.once('error', reject);
  });
}
