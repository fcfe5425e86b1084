import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startUpstream, type Upstream } from '../../runner/upstream.ts';
import { until } from '../fixtures/wait.ts';

async function start(secondMs = 10): Promise<Upstream> {
  const upstream = await startUpstream({ port: 0, secondMs });
  onTestFinished(() => upstream.close());
  return upstream;
}

test('/delay/S answers after so many seconds', async () => {
  const upstream = await start(100);
  const response = await fetch(`${upstream.url}/delay/1.5?a=b`);

  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ args: { a: 'b' }, url: `${upstream.url}/delay/1.5?a=b` });
  const { startedAt, answeredAt } = upstream.requests[0] ?? {};
  expect(Number(answeredAt) - Number(startedAt)).toBeGreaterThan(140);
});

test('/delay/S waits for ten seconds at most', async () => {
  const upstream = await start(1);

  expect((await fetch(`${upstream.url}/delay/3600000`)).status).toBe(200);
});

test.each([200, 204, 404, 503])('/status/%d answers with that status', async (status) => {
  const upstream = await start();

  expect((await fetch(`${upstream.url}/status/${status}`)).status).toBe(status);
});

test('/headers answers with the headers of the request', async () => {
  const upstream = await start();
  const response = await fetch(`${upstream.url}/headers`, { headers: { traceparent: '00-1-2-01' } });

  expect(await response.json()).toMatchObject({ headers: { traceparent: '00-1-2-01' } });
});

test.each([
  '/',
  '//',
  '/delay',
  '/delay/-1',
  '/delay/x',
  '/status/99',
  '/status/200/1',
  '/hang/1',
  '/%',
  '/nope',
])('%s is not found', async (path) => {
  const upstream = await start();

  expect((await fetch(upstream.url + path)).status).toBe(404);
});

test('/hang says nothing, and knows that the client went away', async () => {
  const upstream = await start();
  const client = http.get(`${upstream.url}/hang`).on('error', () => {});
  const pending = await upstream.waitFor(({ path }) => path === '/hang', 5_000);
  expect(pending?.answeredAt).toBeUndefined();
  client.destroy();

  const closed = await upstream.waitFor(({ closedBy }) => closedBy === 'client', 5_000);
  expect(closed).toMatchObject({ path: '/hang' });
  expect(closed?.answeredAt).toBeUndefined();
});

test('/drip never ends, byte after byte', async () => {
  const upstream = await start();
  const { body } = await fetch(`${upstream.url}/drip`);
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > 5) break;
  }

  expect(await upstream.waitFor(({ closedAt }) => closedAt !== undefined, 5_000)).toMatchObject({
    path: '/drip',
    closedBy: 'client',
  });
});

test('/drip?duration=S sends four bytes a second, and ends', async () => {
  const upstream = await start(100);
  const response = await fetch(`${upstream.url}/drip?duration=1`);

  expect(await response.text()).toBe('****');
  const { startedAt, answeredAt } = upstream.requests[0] ?? {};
  expect(Number(answeredAt) - Number(startedAt)).toBeGreaterThan(90);
});

test('/drip?duration=S sends as much where it is late', async () => {
  const upstream = await start(4);
  const answer = fetch(`${upstream.url}/drip?duration=1`);
  await upstream.waitFor(({ path }) => path.startsWith('/drip'), 5_000);
  const busyUntil = performance.now() + 30;
  while (performance.now() < busyUntil);

  expect(await (await answer).text()).toBe('****');
});

test('/stall begins its answer, and never goes on', async () => {
  const upstream = await start();
  const { status, body } = await fetch(`${upstream.url}/stall`);
  const reader = body?.getReader();

  expect(status).toBe(200);
  expect((await reader?.read())?.value).toEqual(new Uint8Array([0x2a]));
  expect(upstream.requests[0]?.answeredAt).toBeUndefined();
  await reader?.cancel();
});

test('/stall?after=S begins its answer so much later', async () => {
  const upstream = await start(100);
  const startedAt = performance.now();
  const { body } = await fetch(`${upstream.url}/stall?after=1`);

  expect(performance.now() - startedAt).toBeGreaterThan(90);
  await body?.cancel();
});

test('/cut closes the connection without an answer', async () => {
  const upstream = await start();

  await expect(fetch(`${upstream.url}/cut`)).rejects.toThrow();
  await upstream.waitFor(({ closedAt }) => closedAt !== undefined, 5_000);
  expect(upstream.requests[0]).toMatchObject({ closedBy: 'server' });
  expect(upstream.requests[0]?.answeredAt).toBeUndefined();
});

test('/nonsense answers with what is no HTTP', async () => {
  const upstream = await start();

  await expect(fetch(`${upstream.url}/nonsense`)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('Expected HTTP') },
  });
  await upstream.waitFor(({ closedAt }) => closedAt !== undefined, 5_000);
  expect(upstream.requests[0]).toMatchObject({ closedBy: 'server' });
});

test('/cut?bytes=N closes it after so many bytes of a longer answer', async () => {
  const upstream = await start();
  const { status, headers, body } = await fetch(`${upstream.url}/cut?bytes=4`);
  const chunks: string[] = [];
  const read = async () => {
    for await (const chunk of body ?? []) chunks.push(Buffer.from(chunk).toString());
  };

  expect(status).toBe(200);
  expect(headers.get('content-length')).toBe('5');
  await expect(read()).rejects.toThrow();
  expect(chunks.join('')).toBe('****');
});

test('waits for a request no longer than told', async () => {
  const upstream = await start();

  expect(await upstream.waitFor(() => true, 20)).toBeUndefined();
});

test('closes at once, with connections open', async () => {
  const upstream = await start();
  const answer = fetch(`${upstream.url}/hang`).catch(() => 'closed');
  await upstream.waitFor(() => true, 5_000);
  await upstream.close();

  expect(await answer).toBe('closed');
  expect(upstream.requests[0]?.closedBy).toBe('server');
  await upstream.close();
});

test('rejects when its port is taken', async () => {
  const { port } = await start();

  await expect(startUpstream({ port })).rejects.toThrow('EADDRINUSE');
});

test.each([
  ['that has not been used yet', false],
  ['that is kept alive', true],
])('answers nothing any more on a connection %s', async (_, used) => {
  const upstream = await start();
  const socket = net.connect(upstream.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let said = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    said += chunk;
  });
  // It may be reset.
  socket.on('error', () => {});
  await once(socket, 'connect');
  const request = 'GET /headers HTTP/1.1\r\nhost: localhost\r\n\r\n';
  // By a later one, that the server has this connection as well.
  if (used) socket.write(request);
  await fetch(`${upstream.url}/headers`).then((response) => response.text());
  if (used) await until(() => said.includes('200 OK'));
  const before = said;

  upstream.refuse();
  socket.write(request);

  await until(() => socket.closed);
  expect(said).toBe(before);
});

test('refuses new connections, and leaves a call that goes on alone', async () => {
  const upstream = await start();
  const caller = new AbortController();
  const answer = fetch(`${upstream.url}/hang`, { signal: caller.signal }).catch(() => 'given up');
  await upstream.waitFor(({ path }) => path === '/hang', 5_000);
  await fetch(`${upstream.url}/headers`).then((response) => response.text());

  upstream.refuse();

  await expect(fetch(`${upstream.url}/headers`)).rejects.toThrow('fetch failed');
  expect(upstream.requests[0]?.closedAt).toBeUndefined();
  caller.abort();
  expect(await answer).toBe('given up');
  expect(await upstream.waitFor(({ closedBy }) => closedBy === 'client', 5_000)).toMatchObject({
    path: '/hang',
  });
});
