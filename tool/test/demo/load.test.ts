import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { generateLoad, type Visited } from '../../demo/load.ts';
import { renderDemoEnd, renderDemoStart, renderVisited } from '../../demo/text.ts';
import { HABITS } from '../../demo/visits.ts';
import { heldPort } from '../fixtures/held-port.ts';

interface Asked {
  readonly call: string;
  readonly user: string | undefined;
  readonly body: string;
}

async function shop(): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = http.createServer(async (request, response) => {
    const body = await text(request);
    const user = request.headers['x-user-id'] as string | undefined;
    asked.push({ call: `${request.method} ${request.url}`, user, body });
    response.writeHead(request.method === 'POST' ? 409 : 200).end();
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('each user does what they do in order, as themselves, one request at a time', async () => {
  const { url, asked } = await shop();
  const enough = new AbortController();
  const visited: Visited[] = [];
  await generateLoad({
    url,
    signal: enough.signal,
    pause: async () => {},
    onVisited: (one) => visited.push(one) === 8 && enough.abort(),
    habits: {
      ada: (round) => [
        { path: '/items' },
        { method: 'POST', path: '/items', body: { name: `lamp ${round}` } },
      ],
      '': () => [{ path: '/healthz' }],
    },
  });

  const ada = asked.filter(({ user }) => user === 'ada').map(({ call, body }) => call + body);
  const expected = [1, 2, 3, 4, 5].flatMap((round) => ['GET /items', `POST /items{"name":"lamp ${round}"}`]);
  expect(ada).toEqual(expected.slice(0, ada.length));
  const others = asked.filter(({ user }) => user === undefined);
  expect(new Set(others.map(({ call }) => call))).toEqual(new Set(['GET /healthz']));
  // Nobody asks again once it is enough; what was under way is waited for.
  expect(visited.length).toBe(asked.length);
  expect(visited.length).toBeLessThanOrEqual(9);
});

test('goes on while the shop does not answer', async () => {
  const enough = new AbortController();
  const visited: Visited[] = [];
  await generateLoad({
    url: `http://127.0.0.1:${await heldPort()}`,
    signal: enough.signal,
    pause: async () => {},
    onVisited: (one) => visited.push(one) === 2 && enough.abort(),
    habits: { ada: () => [{ path: '/' }] },
  });
  expect(visited).toEqual([
    { user: 'ada', visit: { path: '/' } },
    { user: 'ada', visit: { path: '/' } },
  ]);
});

test('has an error, a slow call and a timeout in each round, and new items in the next', () => {
  const calls = (round: number) => Object.values(HABITS).flatMap((habit) => habit(round));
  const notes = calls(1).flatMap(({ path, note }) => (note ? [path] : []));
  expect(notes.toSorted()).toEqual([
    '/fetch-external?from=/delay/1',
    '/fetch-external?from=/hang',
    '/fetch-external?from=/status/500',
    '/items',
  ]);
  const names = (round: number) =>
    new Set(
      calls(round)
        .map(({ body }) => JSON.stringify(body))
        .filter(Boolean),
    );
  expect(names(1).size).toBe(1);
  expect(names(1)).not.toEqual(names(2));
});

test('is told in lines', () => {
  const visit = { method: 'POST', path: '/items', body: { name: 'lamp' }, note: 'it is there' } as const;
  expect(renderDemoStart(['ada', 'grace', 'edsger'], 60)).toBe(
    'Demo: ada, grace and edsger use the shop for 60 s, and something goes wrong now and then. Ctrl-C ends it.',
  );
  expect(renderVisited({ user: 'ada', visit, status: 409 })).toBe(
    'ada │ POST /items {"name":"lamp"} → 409: it is there',
  );
  expect(renderVisited({ user: '', visit: { path: '/healthz' }, status: 200 })).toBe(
    'health │ GET /healthz → 200',
  );
  expect(renderDemoEnd([200, 504, 200])).toBe('3 requests: 2 × 200, 1 × 504.');
  expect(renderDemoEnd([])).toBe('0 requests: the shop was stopped before.');
});
