import { get } from 'node:http';
import { text } from 'node:stream/consumers';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const request = get(new URL(path, upstream), (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.once('error', reject);
  });
}
