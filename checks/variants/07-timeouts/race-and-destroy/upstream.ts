import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const client = upstream.protocol === 'https:' ? https : http;

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

const deadlineMs = Number(process.env.UPSTREAM_TIMEOUT_MS ?? 1250);

export async function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  const request = client.get(new URL(path, upstream));
  const over = new AbortController();
  const late = new Error(`${path} took too long.`, { cause: 'deadline' });
  try {
    return await Promise.race([answerTo(request), tooLate(over.signal, late)]);
  } finally {
    over.abort();
    // Nothing happens where the answer is whole.
    request.once('error', () => {});
    request.destroy(late);
  }
}

async function answerTo(request: http.ClientRequest): Promise<UpstreamAnswer> {
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

async function tooLate(signal: AbortSignal, error: Error): Promise<never> {
  await delay(deadlineMs, undefined, { signal });
  throw error;
}
