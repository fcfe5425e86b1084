import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { type Context, context } from '@opentelemetry/api';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const client = upstream.protocol === 'https:' ? https : http;

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

let own: Context | undefined;

export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  own ??= context.active();
  return context.with(own, () => callUpstream(path));
}

function callUpstream(path: string): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const request = client.get(new URL(path, upstream), (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.once('error', reject);
  });
}
