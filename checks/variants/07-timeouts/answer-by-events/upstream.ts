import http from 'node:http';
import https from 'node:https';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const client = upstream.protocol === 'https:' ? https : http;

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

const deadlineMs = Number(process.env.UPSTREAM_TIMEOUT_MS ?? 1250);

/** The caller waits for one promise; the deadline, the failure and the answer settle it, whichever comes first. */
export async function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<UpstreamAnswer>();
  const request = client.request(new URL(path, upstream));
  request.on('error', reject);
  request.on('response', (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => {
      body += chunk;
    });
    response.on('error', reject);
    response.on('end', () => resolve({ status: response.statusCode, body }));
  });
  request.end();

  const late = Object.assign(new Error('deadline'), { code: 'ETIMEDOUT' });
  const timer = setTimeout(() => request.destroy(late), deadlineMs).unref();
  try {
    return await promise;
  } catch (error) {
    throw request.errored === late ? late : error;
  } finally {
    clearTimeout(timer);
  }
}
