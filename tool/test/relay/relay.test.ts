import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Arrival, startReceiver } from '../../receiver/receiver.ts';
import { encodeMessage } from '../../receiver/schema.ts';
import { SIGNALS } from '../../receiver/signals.ts';
import { type RelayEvent, type RelayOptions, startRelay } from '../../relay/relay.ts';
import { makeCertificate } from '../fixtures/certificate.ts';
import { heldPort } from '../fixtures/held-port.ts';
import { until } from '../fixtures/wait.ts';
import { readRequest, requestOf, SPAN, toProtobuf } from '../receiver/otlp.ts';
import { type FakeBackend, OK, startFakeBackend } from './fake-backend.ts';

const [signal] = SIGNALS as [(typeof SIGNALS)[0]];
const [INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNAVAILABLE] = [3, 8, 14];

async function fakeBackend(options?: Parameters<typeof startFakeBackend>[0]): Promise<FakeBackend> {
  const backend = await startFakeBackend(options);
  onTestFinished(() => backend.close());
  return backend;
}

function relayTo(endpoint: string, options: Partial<RelayOptions> = {}) {
  const events: RelayEvent[] = [];
  const backend = { endpoint, address: new URL(endpoint).host, local: true };
  const relay = startRelay({ backend, onEvent: (event) => events.push(event), retryMs: 1, ...options });
  onTestFinished(() => relay.close(0));
  return { relay, events, types: () => events.map(({ type }) => type) };
}

function arrival(name: string, { spans = 1 } = {}): Arrival {
  const body = toProtobuf(requestOf(...Array.from({ length: spans }, () => ({ ...SPAN, name }))));
  return { signal, transport: 'grpc', headers: {}, body, spanCount: spans };
}

function namesIn(bodies: readonly Buffer[]): string[] {
  return bodies
    .flatMap((body) => [...JSON.stringify(readRequest(body)).matchAll(/"name":"(\d+)"/g)])
    .map(([, name = '']) => name);
}

const namesAt = ({ requests }: FakeBackend) => namesIn(requests.map(({ body }) => body));

describe('what is passed on', () => {
  test('is what arrived, byte for byte', async () => {
    const backend = await fakeBackend();
    const { relay, events } = relayTo(backend.endpoint);
    const one = arrival('1');
    relay.passOn(one);
    await until(() => backend.requests.length > 0);

    expect(backend.requests[0]?.body).toEqual(one.body);
    expect(backend.requests[0]?.headers).toMatchObject({
      ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      'content-type': 'application/grpc',
    });
    expect(events).toEqual([]);
  });

  test('is whole where it came as JSON', async () => {
    const backend = await fakeBackend();
    const { relay } = relayTo(backend.endpoint);
    const attributes = [
      { key: 'text', value: { stringValue: 'é' } },
      { key: 'empty', value: { stringValue: '' } },
      { key: 'no', value: { boolValue: false } },
      { key: 'least', value: { intValue: '-9223372036854775808' } },
      { key: 'small', value: { intValue: -1 } },
      { key: 'double', value: { doubleValue: 0.1 } },
      { key: 'list', value: { arrayValue: { values: [{ intValue: '9007199254740993' }, {}] } } },
      { key: 'map', value: { kvlistValue: { values: [{ key: 'in', value: { bytesValue: 'AQID' } }] } } },
    ];
    const ids = { traceId: SPAN.traceId, spanId: SPAN.spanId };
    const full = {
      resourceSpans: [
        {
          schemaUrl: 'https://example/resource',
          resource: {
            attributes,
            droppedAttributesCount: 1,
            entityRefs: [{ type: 'service', idKeys: ['text'], descriptionKeys: ['no'], schemaUrl: 'x' }],
          },
          scopeSpans: [
            {
              schemaUrl: 'https://example/scope',
              scope: { name: 'n', version: '1', attributes, droppedAttributesCount: 2 },
              spans: [
                {
                  ...SPAN,
                  parentSpanId: SPAN.spanId,
                  traceState: 'a=b',
                  flags: 0x301,
                  attributes,
                  droppedAttributesCount: 3,
                  droppedEventsCount: 4,
                  droppedLinksCount: 5,
                  events: [
                    {
                      name: 'e',
                      timeUnixNano: '18446744073709551615',
                      attributes,
                      droppedAttributesCount: 6,
                    },
                  ],
                  links: [{ ...ids, traceState: 'c=d', attributes, droppedAttributesCount: 7, flags: 1 }],
                  status: { code: 2, message: 'failed' },
                },
              ],
            },
          ],
        },
      ],
    };
    relay.passOn({ ...arrival(''), transport: 'http/json', body: Buffer.from(JSON.stringify(full)) });
    await until(() => backend.requests.length > 0);

    const official = readRequest(toProtobuf(full));
    expect(readRequest(backend.requests[0]?.body as Buffer)).toEqual(official);
  });

  test('goes in one request where much arrives at once', async () => {
    const backend = await fakeBackend();
    const { relay } = relayTo(backend.endpoint);
    const names = Array.from({ length: 100 }, (_, index) => String(index));
    for (const name of names) relay.passOn(arrival(name));
    await until(() => namesAt(backend).length === 100);

    expect(namesAt(backend)).toEqual(names);
    expect(backend.requests.length).toBe(1);
  });

  test('has the headers that the standard variable names', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-api-key=a%20secret');
    onTestFinished(() => void vi.unstubAllEnvs());
    const backend = await fakeBackend();
    const { relay } = relayTo(backend.endpoint);
    relay.passOn(arrival('1'));
    await relay.close(20_000);

    expect(backend.requests[0]?.headers).toMatchObject({ 'x-api-key': 'a secret' });
  });

  test('goes over TLS to an https address, trusted by the certificate that the standard variable names', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'certificate '));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const tls = makeCertificate();
    const backend = await fakeBackend({ tls });
    const stranger = relayTo(backend.endpoint);
    stranger.relay.passOn(arrival('1'));
    await until(() => stranger.types().includes('down'));
    // Newer versions of Node add an advice.
    expect(stranger.events).toEqual([
      { type: 'down', reason: expect.stringMatching(/^UNAVAILABLE: self-signed certificate/) },
    ]);
    await stranger.relay.close(0);

    vi.stubEnv('OTEL_EXPORTER_OTLP_CERTIFICATE', path.join(dir, 'cert.pem'));
    onTestFinished(() => void vi.unstubAllEnvs());
    writeFileSync(path.join(dir, 'cert.pem'), tls.cert);
    const { relay, events } = relayTo(backend.endpoint);
    relay.passOn(arrival('2'));
    await until(() => backend.requests.length > 0);
    await relay.close(20_000);
    expect(namesAt(backend)).toEqual(['2']);
    expect(events).toEqual([]);
  });

  test('does not contain exports without a span', async () => {
    const backend = await fakeBackend();
    const { relay } = relayTo(backend.endpoint);
    relay.passOn({ ...arrival('1'), body: Buffer.alloc(0), spanCount: 0 });
    relay.passOn(arrival('2'));
    await relay.close(20_000);

    expect(namesAt(backend)).toEqual(['2']);
    expect(backend.requests.length).toBe(1);
  });
});

describe('a backend that is not there', () => {
  test('gets what waited, in order, once it comes back, at the cost of a line each', async () => {
    const first = await fakeBackend({ port: await heldPort() });
    const { relay, types } = relayTo(first.endpoint);
    relay.passOn(arrival('1'));
    await until(() => first.requests.length === 1);
    await first.close();
    relay.passOn(arrival('2'));
    await until(() => types().includes('down'));
    relay.passOn(arrival('3'));

    const second = await fakeBackend({ port: first.port });
    await until(() => namesAt(second).length === 2);
    await relay.close(20_000);
    expect(namesAt(second)).toEqual(['2', '3']);
    expect(types()).toEqual(['down', 'back']);
  });

  test('is waited for while another workshop has its port', async () => {
    const first = await fakeBackend({ port: await heldPort() });
    const { relay, types } = relayTo(first.endpoint);
    relay.passOn(arrival('1'));
    await until(() => first.requests.length === 1);
    await first.close();
    const counts: number[] = [];
    const other = await startReceiver({
      grpcPort: first.port,
      httpPort: 0,
      onSpans: () => {},
      onExport: ({ spanCount }) => counts.push(spanCount),
    });
    onTestFinished(() => other.close());
    relay.passOn(arrival('2'));
    await until(() => counts.length >= 3 && types().includes('down'));
    expect(new Set(counts)).toEqual(new Set([0]));

    await other.close();
    const second = await fakeBackend({ port: first.port });
    await until(() => namesAt(second).includes('2'));
  });

  test('is not worth a line when the next attempt succeeds', async () => {
    const backend = await fakeBackend();
    backend.answer = () => (backend.requests.length === 1 ? { status: UNAVAILABLE } : OK);
    const { relay, events } = relayTo(backend.endpoint);
    relay.passOn(arrival('1'));
    await until(() => backend.requests.length === 2);
    await relay.close(20_000);

    expect(namesAt(backend)).toEqual(['1', '1']);
    expect(events).toEqual([]);
  });

  test('is told about in two lines, also when spans had to go and more come after', async () => {
    const backend = await fakeBackend();
    let up = false;
    backend.answer = () => (up ? OK : { status: UNAVAILABLE });
    const limits = { maxSpans: 2, maxBytes: 1e9, maxBatchBytes: 1e6 };
    const { relay, events, types } = relayTo(backend.endpoint, { limits });
    relay.passOn(arrival('1'));
    await until(() => types().includes('down'));
    for (const name of ['2', '3', '4']) relay.passOn(arrival(name));
    up = true;
    await until(() => types().includes('back'));
    relay.passOn(arrival('5'));
    await relay.close(20_000);

    expect(namesAt(backend).slice(-3)).toEqual(['3', '4', '5']);
    expect(types()).toEqual(['down', 'back']);
    // The first one may have been under way just then.
    expect(events[1]).toMatchObject({ dropped: expect.toBeOneOf([1, 2]) });
  });

  test('costs bounded memory: what waited longest goes, and is counted', async () => {
    const backend = await fakeBackend();
    let up = false;
    backend.answer = () => (up ? OK : { status: UNAVAILABLE });
    const limits = { maxSpans: 20, maxBytes: 1e9, maxBatchBytes: 1e6 };
    const { relay, events, types } = relayTo(backend.endpoint, { limits });
    for (let index = 0; index < 100; index++) relay.passOn(arrival(String(index), { spans: 2 }));
    await until(() => types().includes('down'));
    up = true;
    backend.requests.length = 0;
    await until(() => types().includes('back'));
    await relay.close(20_000);

    const last = namesIn(backend.requests.slice(-1).map(({ body }) => body));
    expect([...new Set(last)]).toEqual(['90', '91', '92', '93', '94', '95', '96', '97', '98', '99']);
    // The line about a backend that is only slow came first, while nothing had failed yet.
    expect(events.at(-1)).toEqual({ type: 'back', dropped: 180 });
  });
});

describe('a backend that is slow', () => {
  test('is asked again when no answer comes in time', async () => {
    const backend = await fakeBackend();
    backend.answer = () => (backend.requests.length < 3 ? 'hang' : OK);
    const { relay, types } = relayTo(backend.endpoint, { answerMs: 50 });
    relay.passOn(arrival('1'));
    await until(() => types().includes('back'));

    expect(namesAt(backend).slice(0, 2)).toEqual(['1', '1']);
    expect(types()).toEqual(['down', 'back']);
  });

  test('is told about once when spans have to go that waited for it', async () => {
    const backend = await fakeBackend();
    backend.answer = () => 'hang';
    const limits = { maxSpans: 3, maxBytes: 1e9, maxBatchBytes: 1 };
    const { relay, events } = relayTo(backend.endpoint, { limits });
    for (let index = 0; index < 10; index++) relay.passOn(arrival(String(index)));
    await until(() => backend.requests.length === 1);
    expect(events).toEqual([{ type: 'dropping' }]);

    await relay.close(0);
    expect(events).toEqual([{ type: 'dropping' }, { type: 'lost', spans: 10 }]);
  });
});

describe('a backend that refuses', () => {
  test('is not asked again for the same, and told about once', async () => {
    const backend = await fakeBackend();
    backend.answer = () => ({ status: INVALID_ARGUMENT, trailers: { 'grpc-message': 'no' } });
    const { relay, events } = relayTo(backend.endpoint);
    for (const name of ['1', '2', '3']) {
      relay.passOn(arrival(name));
      await until(() => namesAt(backend).includes(name));
    }
    await relay.close(20_000);

    expect(namesAt(backend)).toEqual(['1', '2', '3']);
    expect(events).toEqual([{ type: 'refused', reason: 'INVALID_ARGUMENT: no', spans: 1 }]);
  });

  test('still gets the good exports that went together with a bad one', async () => {
    const backend = await fakeBackend();
    backend.answer = (body) => (namesIn([body]).includes('2') ? { status: INVALID_ARGUMENT } : OK);
    const { relay, events } = relayTo(backend.endpoint);
    for (const name of ['1', '2', '3', '4']) relay.passOn(arrival(name));
    await relay.close(20_000);

    expect(namesAt(backend)).toEqual(['1', '2', '3', '4', '1', '2', '3', '4']);
    expect(events).toMatchObject([{ type: 'refused', spans: 1 }]);
  });

  test('is asked again when it is exhausted and says after how long, not sooner', async () => {
    const backend = await fakeBackend();
    const details = encodeMessage('RpcStatus', {
      code: RESOURCE_EXHAUSTED,
      details: [
        {
          typeUrl: 'type.googleapis.com/google.rpc.RetryInfo',
          value: encodeMessage('RetryInfo', { retryDelay: { seconds: 0, nanos: 200_000_000 } }),
        },
      ],
    });
    const trailers = { 'grpc-status-details-bin': details.toString('base64') };
    backend.answer = () => (backend.requests.length === 1 ? { status: RESOURCE_EXHAUSTED, trailers } : OK);
    const { relay, events } = relayTo(backend.endpoint);
    relay.passOn(arrival('1'));
    await until(() => backend.requests.length === 2);

    const [first, second] = backend.requests.map(({ at }) => at) as [number, number];
    expect(second - first).toBeGreaterThan(190);
    expect(events).toEqual([]);
  });

  test('is not asked again when it is exhausted and says no more', async () => {
    const backend = await fakeBackend();
    backend.answer = () => ({ status: RESOURCE_EXHAUSTED });
    const { relay, events } = relayTo(backend.endpoint);
    relay.passOn(arrival('1'));
    await relay.close(20_000);

    expect(backend.requests.length).toBe(1);
    expect(events).toMatchObject([{ type: 'refused' }]);
  });

  test('is told about once when it rejects some of the spans', async () => {
    const backend = await fakeBackend();
    const partialSuccess = { rejected: 2, errorMessage: 'too old' };
    backend.answer = () => ({ body: encodeMessage('ExportResponse', { partialSuccess }) });
    const { relay, events } = relayTo(backend.endpoint);
    for (const name of ['1', '2']) {
      relay.passOn(arrival(name));
      await until(() => namesAt(backend).includes(name));
    }
    await relay.close(20_000);

    expect(namesAt(backend)).toEqual(['1', '2']);
    expect(events).toEqual([{ type: 'partial', rejected: 2, message: 'too old' }]);
  });
});

describe('something else where the backend was', () => {
  test.each([
    ['an HTTP server', () => http.createServer((_request, response) => response.end('hello'))],
    ['a server that hangs up', () => net.createServer((socket) => socket.destroy())],
    [
      'a server of some other protocol',
      () => net.createServer((socket) => socket.on('error', () => {}).end('220 mail\r\n')),
    ],
  ])('%s costs a line', async (_, createServer) => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { relay, events } = relayTo(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
    relay.passOn(arrival('1'));
    await until(() => events.length > 0);

    expect(['down', 'refused']).toContain(events[0]?.type);
    await relay.close(20_000);
  });
});

describe('at the end', () => {
  test('what waits is passed on', async () => {
    const backend = await fakeBackend();
    const { relay, events } = relayTo(backend.endpoint);
    relay.passOn(arrival('1'));
    await relay.close(20_000);

    expect(namesAt(backend)).toEqual(['1']);
    expect(events).toEqual([]);
  });

  test('a backend that does not answer is not waited for, and what it did not get is counted', async () => {
    const backend = await fakeBackend();
    backend.answer = () => 'hang';
    const { relay, events } = relayTo(backend.endpoint);
    relay.passOn(arrival('1', { spans: 3 }));
    await relay.close(50);

    expect(events).toEqual([{ type: 'lost', spans: 3 }]);
  });

  test('a wait for the next attempt is cut short', async () => {
    const backend = await fakeBackend();
    backend.answer = () => (backend.requests.length === 1 ? { status: UNAVAILABLE } : OK);
    const { relay, events } = relayTo(backend.endpoint, { retryMs: 3_600_000 });
    relay.passOn(arrival('1'));
    await until(() => backend.requests.length === 1);
    await relay.close(10_000);

    expect(events).toEqual([]);
    expect(namesAt(backend)).toEqual(['1', '1']);
  });
});
