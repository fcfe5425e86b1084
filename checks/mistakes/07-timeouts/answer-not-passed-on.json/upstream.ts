const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');
const deadlineMs = Number(process.env.UPSTREAM_TIMEOUT_MS ?? 1250);

export interface UpstreamAnswer {
  status: number;
  body: string;
}

export async function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  const response = await fetch(new URL(path, upstream), { signal: AbortSignal.timeout(deadlineMs) });
  return { status: response.status, body: await response.json() as string };
}
