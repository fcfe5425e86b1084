import net from 'node:net';
import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { spanOf, traceIdOf } from '../trace/store-spans.ts';
import { Served } from './serve.ts';

const READS = [
  '/',
  '/client.js',
  '/client.css',
  '/api/events',
  `/api/traces/${traceIdOf(1)}`,
  '/api/guide/1',
];

const status = async (served: Served, path: string, headers: Record<string, string>) => {
  const response = await served.open(path, { headers });
  response.destroy();
  return response.statusCode;
};

describe('a request', () => {
  test('is answered when it is of our own page, or typed into the address bar', async () => {
    const served = await Served.start();
    served.store.add([spanOf(1, 1)]);
    for (const path of READS) {
      expect(await status(served, path, { 'sec-fetch-site': 'same-origin' })).toBe(200);
      expect(await status(served, path, { 'sec-fetch-site': 'none' })).toBe(200);
      expect(await status(served, path, { origin: `http://${served.host}` })).toBe(200);
    }
  });

  test.for(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('is answered at %s', async (name) => {
    const served = await Served.start();
    expect(await status(served, '/', { host: `${name}:${served.console.port}` })).toBe(200);
  });

  test('at another name is refused: the name was bound to this machine by somebody else', async () => {
    const served = await Served.start();
    const { port } = served.console;
    const names = [
      `evil.example:${port}`,
      'localhost',
      `localhost:${port + 1}`,
      `localhost.evil.example:${port}`,
      `127.0.0.1.nip.io:${port}`,
      `localhost:${port}@evil.example`,
      `0.0.0.0:${port}`,
    ];
    for (const host of names) {
      for (const path of READS) expect(await status(served, path, { host })).toBe(421);
    }
  });

  test('without a name is refused', async () => {
    const served = await Served.start();
    const socket = net.connect(served.console.port, '127.0.0.1');
    socket.end('GET / HTTP/1.0\r\n\r\n');
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toMatch(/^HTTP\/1.1 421 /);
  });

  test("of another site's page is refused, of its event stream too", async () => {
    const served = await Served.start();
    const { port } = served.console;
    const origins = [
      'https://evil.example',
      'null',
      `https://localhost:${port}`,
      'http://localhost:3000',
      'http://localhost',
      `http://127.0.0.1:${port}`,
      `http://localhost:${port}.evil.example`,
    ];
    for (const origin of origins) {
      for (const path of READS) expect(await status(served, path, { origin })).toBe(403);
    }
  });

  test.for(['cross-site', 'same-site'])(
    "of another site's image, script or frame (%s) is refused",
    async (site) => {
      const served = await Served.start();
      for (const path of READS) {
        expect(await status(served, path, { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' })).toBe(403);
        const frame = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
        expect(await status(served, path, frame)).toBe(403);
      }
    },
  );

  test('by a link of another site opens the page, and nothing else', async () => {
    const served = await Served.start();
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect(await status(served, '/', link)).toBe(200);
    for (const path of READS.slice(1)) expect(await status(served, path, link)).toBe(403);
  });

  test('for what is no file of the page is answered as such, whatever its path', async () => {
    const served = await Served.start();
    const paths = [
      '/package.json',
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/package.json',
      '/client.js/../../package.json',
      '/client.js/',
      '//etc/passwd',
      '/api/guide/../../package.json',
      '/api/guide/1%00',
      '/api/guide/-1',
      '/api/guide/999',
      '/api/guide/1/../../../package.json',
      '/api/traces/../guide',
      `/api/traces/${traceIdOf(1).slice(1)}`,
      '/api/traces/%2e%2e',
      '/api/__proto__',
      '/__proto__',
      'http://evil.example/package.json',
      '*',
      'http://[',
    ];
    for (const path of paths) {
      const { status, text } = await served.ask(path);
      expect([path, status]).toEqual([path, 404]);
      expect(text).not.toContain('opentelemetry-tracing-workshop');
    }
    expect(served.faults).toEqual([]);
  });

  test('of another method is refused', async () => {
    const served = await Served.start();
    for (const path of READS) {
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
        const { status, headers } = await served.ask(path, { method });
        expect([path, method, status, headers.allow]).toEqual([path, method, 405, 'GET']);
      }
    }
    const read = await served.ask('/api/solve');
    expect([read.status, read.headers.allow]).toEqual([405, 'POST']);
    expect(served.lesson.acts).toEqual([]);
  });
});

describe('every answer', () => {
  test('forbids what the page does not need', async () => {
    const served = await Served.start();
    const answers = [
      await served.ask('/'),
      await served.ask('/client.js'),
      await served.ask('/client.css'),
      await served.ask('/api/guide/1'),
      await served.ask('/nothing'),
      await served.ask('/', { method: 'OPTIONS' }),
      await served.ask('/', { headers: { host: 'evil.example' } }),
      await served.ask('/', { headers: { origin: 'https://evil.example' } }),
      await served.act('hint'),
      await served.act('hint', { headers: { 'x-workshop-token': 'x' } }),
    ];
    const stream = await served.open('/api/events');
    for (const { headers } of [...answers, stream]) {
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers['content-type']).toMatch(/; charset=utf-8$/);
    }
    stream.destroy();
  });
});

describe('an action', () => {
  test.for(['check', 'hint', 'diff', 'solve', 'reset', 'undo'] as const)(
    '%s is done with the token of the page',
    async (action) => {
      const served = await Served.start();
      const { status, text } = await served.act(action);
      expect([status, JSON.parse(text)]).toEqual([200, { ok: true, text: 'Done.\n' }]);
      expect(served.lesson.acts).toEqual([[action, {}]]);
    },
  );

  test('step says where to', async () => {
    const served = await Served.start();
    await served.act('step', { body: '{"step":2}' });
    expect(served.lesson.acts).toEqual([['step', { step: 2 }]]);
  });

  test.for(['', 'x', 'é', 'A'.repeat(43)])('is refused with another token: %j', async (token) => {
    const served = await Served.start();
    const { status, text } = await served.act('solve', { headers: { 'x-workshop-token': encodeURI(token) } });
    expect([status, JSON.parse(text).ok]).toEqual([403, false]);
    expect(served.lesson.acts).toEqual([]);
  });

  test('is refused with the token of another run', async () => {
    const [served, earlier] = [await Served.start(), await Served.start()];
    const { status } = await served.act('solve', { headers: { 'x-workshop-token': await earlier.token() } });
    expect(status).toBe(403);
  });

  test('is refused to another site, also with the token', async () => {
    const served = await Served.start();
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect((await served.act('solve', { headers })).status).toBe(403);
    }
    expect(served.lesson.acts).toEqual([]);
  });

  test.for([
    ['a form', 'application/x-www-form-urlencoded', '{}', 415],
    ['plain text', 'text/plain', '{}', 415],
    ['no JSON', 'application/json', '{', 400],
    ['a list', 'application/json', '[]', 400],
    ['null', 'application/json', 'null', 400],
    ['a step that is no number', 'application/json', '{"step":"../.."}', 400],
    ['a step that is half a number', 'application/json', '{"step":1.5}', 400],
    ['more than is ever sent', 'application/json', `{"x":"${'x'.repeat(100_000)}"}`, 413],
  ] as const)('is refused with %s', async ([, type, body, expected]) => {
    const served = await Served.start();
    const { status } = await served.act('solve', { headers: { 'content-type': type }, body });
    expect(status).toBe(expected);
    expect(served.lesson.acts).toEqual([]);
  });

  test('that is none is not there', async () => {
    const served = await Served.start();
    for (const action of ['format', 'solve/..', 'constructor']) {
      expect((await served.act(action)).status).toBe(404);
    }
  });

  test('that fails by a fault of ours is told, and the console goes on', async () => {
    const served = await Served.start();
    served.lesson.result = () => Promise.reject(new Error('oh no'));
    expect(await served.act('diff')).toMatchObject({ status: 500, text: 'oh no\n' });
    expect(served.faults).toEqual([new Error('oh no')]);
    expect((await served.ask('/')).status).toBe(200);
  });
});

test('the console listens on loopback alone', async () => {
  const served = await Served.start();
  const [outside] = Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  if (!outside) return;
  await expect(fetch(`http://${outside.address}:${served.console.port}/`)).rejects.toThrow('fetch failed');
});

test('each run has a token of its own, long enough not to be guessed', async () => {
  const tokens = [await (await Served.start()).token(), await (await Served.start()).token()];
  expect(new Set(tokens).size).toBe(2);
  for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
});
