import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const client = upstream.protocol === 'https:' ? https : http;

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const request = client.get(new URL(path), (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.once('error', reject);
  });
}
