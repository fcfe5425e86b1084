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

export class UpstreamTimeout extends Error {
  override readonly name = 'UpstreamTimeout';
}

export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const request = client.get(new URL(path, upstream), (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    const timer = setTimeout(() => {
      const late = new UpstreamTimeout(`${path} took longer than ${deadlineMs} ms.`);
      reject(late);
      request.destroy(late);
    }, deadlineMs);
    request.once('error', reject);
    request.once('close', () => clearTimeout(timer));
  });
}
