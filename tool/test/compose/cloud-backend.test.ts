import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listSteps } from '../../course/steps.ts';
import { decodeMessage } from '../../receiver/schema.ts';
import { startApp } from '../../runner/app.ts';
import { root } from '../author/root.ts';
import { makeCertificate } from '../fixtures/certificate.ts';
import { heldPort } from '../fixtures/held-port.ts';

// What WORKSHOP.md says of a backend in the cloud: TLS, a key in a header, and nothing changed in the app.

const KEY = 'Bearer s3cret key';
const certificate = makeCertificate();
const shop = listSteps(root).at(-1)?.solutionDir ?? '';

let folder: string;
let certificateFile: string;
let endpoint: string;
let calls: number;
let arrived: number;
const server = new Server();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'workshop-cloud-'));
  certificateFile = path.join(folder, 'certificate.pem');
  writeFileSync(certificateFile, certificate.cert);
  server.addService(traceService, { export: exportWithKey });
  endpoint = `https://localhost:${await listenWithTls()}`;
});

beforeEach(() => {
  calls = 0;
  arrived = 0;
});

afterAll(async () => {
  server.forceShutdown();
  await rm(folder, { recursive: true });
});

test('a cloud backend gets the traces by its address, a header with the key, and its certificate', async () => {
  await useShop({
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(KEY)}`,
    OTEL_EXPORTER_OTLP_CERTIFICATE: certificateFile,
  });

  expect(arrived).toBeGreaterThan(0);
});

test('a wrong key gets nothing through, and the shop works on', async () => {
  await useShop({
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20wrong',
    OTEL_EXPORTER_OTLP_CERTIFICATE: certificateFile,
  });

  expect(calls).toBeGreaterThan(0);
  expect(arrived).toBe(0);
});

test('a certificate that nobody vouches for gets nothing, not even the key', async () => {
  await useShop({ OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(KEY)}` });

  expect(calls).toBe(0);
});

/** One request to the solved shop, and its end, at which it exports what it has. */
async function useShop(env: Readonly<Record<string, string>>): Promise<void> {
  const app = startApp({
    dir: shop,
    port: await heldPort(),
    upstreamUrl: 'http://127.0.0.1:1',
    otlpEndpoint: endpoint,
    neutral: true,
    // Nothing may be refused for longer than the test lasts.
    env: { OTEL_EXPORTER_OTLP_TIMEOUT: '2000', ...env },
  });
  await using _ = app;
  const start = await app.ready;
  if (start.outcome !== 'ready') throw new Error(app.output.map(({ text }) => text).join('\n'));
  const answer = await fetch(`${start.url}/items`);
  expect(answer.status).toBe(200);
  await app.stop(8_000);
}

const itself = (bytes: Buffer) => bytes;

const traceService: ServiceDefinition = {
  export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: itself,
    requestDeserialize: itself,
    responseSerialize: itself,
    responseDeserialize: itself,
  },
};

function exportWithKey(
  { metadata, request }: ServerUnaryCall<Buffer, Buffer>,
  callback: sendUnaryData<Buffer>,
): void {
  calls++;
  if (metadata.get('authorization')[0] !== KEY) {
    callback({ code: status.UNAUTHENTICATED, details: 'no such key' });
    return;
  }
  const { resourceSpans } = decodeMessage('ExportTraceServiceRequest', request) as {
    resourceSpans: unknown[];
  };
  arrived += resourceSpans.length;
  callback(null, Buffer.alloc(0));
}

function listenWithTls(): Promise<number> {
  const { key, cert } = certificate;
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createSsl(null, [pair]), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
