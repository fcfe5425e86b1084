import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const client = upstream.protocol === 'https:' ? https : http;

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

// TODO 1: Give the whole exchange one deadline: UPSTREAM_TIMEOUT_MS milliseconds, 1250 where it is not set.
//   https://nodejs.org/api/globals.html#static-method-abortsignaltimeoutdelay
export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const request = client.get(new URL(path, upstream), (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.once('error', reject);
  });
}
// END TODO 1
