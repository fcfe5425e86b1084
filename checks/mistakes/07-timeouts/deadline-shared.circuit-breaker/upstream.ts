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

let failures = 0;
let openUntil = 0;

export async function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  if (Date.now() < openUntil) throw new Error('circuit open');
  try {
    const answer = await call(path);
    failures = 0;
    return answer;
  } catch (error) {
    if (++failures >= 3) openUntil = Date.now() + 10_000;
    throw error;
  }
}

function call(path: string): Promise<UpstreamAnswer> {
  const signal = AbortSignal.timeout(deadlineMs);
  return new Promise<UpstreamAnswer>((resolve, reject) => {
    const request = client.get(new URL(path, upstream), { signal }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.once('error', reject);
  }).catch((error) => {
    throw signal.aborted ? signal.reason : error;
  });
}
