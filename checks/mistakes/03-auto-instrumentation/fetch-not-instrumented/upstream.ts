const upstream = new URL(process.env.UPSTREAM_URL ?? 'http://localhost:3001');

export interface UpstreamAnswer {
  status: number | undefined;
  body: string;
}

export async function fetchUpstream(path: string): Promise<UpstreamAnswer> {
  const response = await fetch(new URL(path, upstream));
  return { status: response.status, body: await response.text() };
}
