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
  const tooLate = new DOMException('The upstream took too long.', 'TimeoutError');
  const controller = new AbortController();
  const answer = new Promise<UpstreamAnswer>((resolve, reject) => {
    const request = client.get(new URL(path, upstream), { signal: controller.signal }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.once('error', reject);
  });
  const late = new Promise<never>((_resolve, reject) => setTimeout(reject, deadlineMs, tooLate));
  answer.catch(() => {});
  late.catch(() => {});
  return Promise.race([answer, late]).finally(() => setTimeout(() => controller.abort(tooLate), 1000));
}
