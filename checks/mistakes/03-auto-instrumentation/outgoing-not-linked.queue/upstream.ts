import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const client = upstream.protocol === 'https:' ? https : http;

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

type Job = () => void;

const jobs: Job[] = [];

// One call at a time would be slow, so the jobs are taken as they come.
setInterval(() => {
  for (const job of jobs.splice(0)) job();
}, 5).unref();

export function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    jobs.push(() => {
      const request = client.get(new URL(path, upstream), (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      });
      request.once('error', reject);
    });
  });
}
