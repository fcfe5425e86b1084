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
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(timedOut ? new DOMException('The deadline has passed', 'TimeoutError') : error);
    const request = client.get(new URL(path, upstream), (response) => {
      text(response)
        .then((body) => resolve({ status: response.statusCode, body }), fail)
        .finally(() => clearTimeout(timer));
    });
    const timer = setTimeout(() => {
      timedOut = true;
      request.destroy(new Error('The deadline has passed'));
    }, deadlineMs);
    request.once('error', (error) => {
      clearTimeout(timer);
      fail(error);
    });
  });
}
