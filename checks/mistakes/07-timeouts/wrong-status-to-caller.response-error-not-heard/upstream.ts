import http from 'node:http';
import https from 'node:https';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const client = upstream.protocol === 'https:' ? https : http;

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

const deadlineMs = Number(process.env.UPSTREAM_TIMEOUT_MS ?? 1250);

/** Rejects with a TimeoutError when the whole answer is not there within the deadline. */
export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const request = client.get(new URL(path, upstream), (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode, body });
      });
    });
    const late = new DOMException('The upstream took too long.', 'TimeoutError');
    const timer = setTimeout(() => {
      reject(late);
      request.destroy(late);
    }, deadlineMs);
    request.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
