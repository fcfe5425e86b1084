import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startReceiver } from '../../receiver/receiver.ts';
import { findBackend } from '../../relay/find-backend.ts';
import { heldPort } from '../fixtures/held-port.ts';
import { startFakeBackend } from './fake-backend.ts';

const at = (preferredPort: number) => ({ environment: {}, preferredPort, ownPorts: [], answerMs: 20_000 });

const named = (endpoint: string, others: NodeJS.ProcessEnv = {}) => ({
  environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...others },
  preferredPort: 0,
  ownPorts: [],
  answerMs: 20_000,
});

async function portOf(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

describe('on the port of OTLP/gRPC', () => {
  test('a server that takes an empty export is a backend', async () => {
    await using backend = await startFakeBackend();
    expect(await findBackend(at(backend.port))).toEqual({
      endpoint: `http://127.0.0.1:${backend.port}`,
      address: `localhost:${backend.port}`,
      local: true,
    });
    expect(backend).toMatchObject({ probes: 1, requests: [] });
  });

  test('another workshop is none: its terminal would draw every trace too', async () => {
    await using other = await startReceiver({ grpcPort: 0, httpPort: 0, onSpans: () => {} });
    expect(await findBackend(at(other.grpcPort))).toBe(undefined);
  });

  test.each([
    ['an HTTP server', () => http.createServer((_request, response) => response.end('hello'))],
    ['a server that hangs up', () => net.createServer((socket) => socket.destroy())],
    [
      'a server that never says a word',
      () => net.createServer((socket) => socket.on('error', () => {}).resume()),
    ],
    [
      'a server that says something else',
      () => net.createServer((socket) => socket.on('error', () => {}).end('220 mail\r\n')),
    ],
  ])('%s is none', async (_, createServer) => {
    const search = { ...at(await portOf(createServer())), answerMs: 200 };
    expect(await findBackend(search)).toBe(undefined);
  });

  test('nothing is none, nor is our own receiver', async () => {
    expect(await findBackend(at(await heldPort()))).toBe(undefined);
    expect(await findBackend(at(0))).toBe(undefined);
    await using backend = await startFakeBackend();
    expect(await findBackend({ ...at(backend.port), ownPorts: [backend.port] })).toBe(undefined);
  });
});

describe('named by OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  test('a backend of another machine is taken at its word', async () => {
    expect(await findBackend(named('https://otlp.example:4317/'))).toEqual({
      endpoint: 'https://otlp.example:4317',
      address: 'otlp.example:4317',
      local: false,
    });
    expect(await findBackend(named('otlp.example:4317'))).toMatchObject({
      endpoint: 'https://otlp.example:4317',
    });
    const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces.example:4317' };
    expect(await findBackend(named('http://all.example', traces))).toMatchObject({
      address: 'traces.example:4317',
    });
  });

  test('a backend of this machine is taken, also when it is not there yet', async () => {
    const port = await heldPort();
    expect(await findBackend(named(`http://localhost:${port}`))).toMatchObject({
      address: `localhost:${port}`,
    });
  });

  test('our own receiver and another workshop are none', async () => {
    const own = { ...named('http://localhost:4318'), ownPorts: [4317, 4318] };
    expect(await findBackend(own)).toBe(undefined);
    await using other = await startReceiver({ grpcPort: 0, httpPort: 0, onSpans: () => {} });
    expect(await findBackend(named(other.grpcUrl))).toBe(undefined);
  });

  test('the one on the port of OTLP/gRPC is taken where its port for OTLP/HTTP is named', async () => {
    await using backend = await startFakeBackend();
    const port = await portOf(http.createServer((_request, response) => response.end()));
    const search = { ...named(`http://localhost:${port}`), preferredPort: backend.port };
    expect(await findBackend(search)).toMatchObject({ address: `localhost:${backend.port}` });
  });

  test.each(['ftp://host', 'http://', 'a b'])('%j is no address', async (endpoint) => {
    await expect(findBackend(named(endpoint))).rejects.toMatchObject({
      message: `OTEL_EXPORTER_OTLP_ENDPOINT is ${endpoint}, which is no address to pass traces on to. → Set it like http://localhost:4317, or not at all.`,
      exitCode: 2,
    });
  });
});
