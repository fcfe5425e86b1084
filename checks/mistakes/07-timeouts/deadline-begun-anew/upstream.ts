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

export async function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  const controller = new AbortController();
  let timer = setTimeout(() => controller.abort(new DOMException('no headers', 'TimeoutError')), deadlineMs);
  try {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      client.get(new URL(path, upstream), { signal: controller.signal }, resolve).once('error', reject);
    });
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new DOMException('no body', 'TimeoutError')), deadlineMs);
    return { status: response.statusCode, body: await text(response) };
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}
