import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { oncePerKind, type Problem, startReceiver } from '../../receiver/receiver.ts';
import { heldPort } from '../fixtures/held-port.ts';
import { call, grpcFrame, HTTP2_PREFACE, http2Frame, post, postJson, receive, sendRaw } from './clients.ts';
import { requestOf, SPAN, toProtobuf } from './otlp.ts';
import { startRecording } from './recording.ts';

const FRAME = grpcFrame(toProtobuf(requestOf(SPAN)));
const ACKNOWLEDGED_SETTINGS = http2Frame(4, 1, 0);
const CLIENT_HELLO = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);

describe('the ports', () => {
  test('are on loopback and named by url', async () => {
    await using recording = await startRecording();
    const { grpcUrl, httpUrl, grpcPort, httpPort } = recording.receiver;
    expect([grpcUrl, httpUrl]).toEqual([`http://127.0.0.1:${grpcPort}`, `http://127.0.0.1:${httpPort}`]);
    expect(grpcPort).not.toBe(httpPort);
  });

  test.each(['grpcPort', 'httpPort'] as const)(
    'reject with EADDRINUSE when %s is taken, and free the other',
    async (which) => {
      const other = net.createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as net.AddressInfo;
      const free = await heldPort();

      const ports = { grpcPort: free, httpPort: free, [which]: port };
      await expect(startReceiver({ ...ports, onSpans: () => {} })).rejects.toMatchObject({
        code: 'EADDRINUSE',
        port,
      });
      const receiver = await startReceiver({ grpcPort: free, httpPort: 0, onSpans: () => {} });
      await receiver.close();
      other.close();
    },
  );

  test('tell HTTP on the gRPC port which port is right', async () => {
    await using recording = await startRecording();
    const { grpcUrl, grpcPort, httpPort } = recording.receiver;
    const answer = await postJson(grpcUrl, requestOf(SPAN));

    const message = `An HTTP request (POST /v1/traces) came to the gRPC port ${grpcPort}, so its spans were refused. → Use OTLPTraceExporter of exporter-trace-otlp-grpc, or send HTTP to port ${httpPort}.`;
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([415, { code: 9, message }]);
    expect(recording.problems).toEqual([{ kind: 'http-on-grpc-port', message }]);
    expect(recording.spans).toEqual([]);
  });

  test('answer HTTP with a large body on the gRPC port as well', async () => {
    await using recording = await startRecording();
    const answer = await post(recording.receiver.grpcUrl, { body: Buffer.alloc(20_000_000) });
    expect(answer.status).toBe(415);
  });

  test('tell gRPC on the HTTP port which port is right', async () => {
    await using recording = await startRecording();
    const { httpUrl, grpcPort, httpPort } = recording.receiver;
    const answer = await call(httpUrl, { frame: FRAME });

    const message = `A gRPC call came to the HTTP port ${httpPort}, so its spans were refused. → Send gRPC to port ${grpcPort}: OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${grpcPort}`;
    expect(answer).toMatchObject({ httpStatus: 200, status: 9, message });
    expect(recording.problems).toEqual([{ kind: 'grpc-on-http-port', message }]);
  });

  test.each(['grpcPort', 'httpPort'] as const)('close a TLS handshake on %s', async (which) => {
    await using recording = await startRecording();
    const port = recording.receiver[which];
    expect(await sendRaw(port, CLIENT_HELLO)).toEqual(Buffer.alloc(0));
    expect(recording.problems).toEqual([
      {
        kind: 'tls-on-plain-port',
        message: `A TLS handshake came to port ${port}, where the receiver speaks plain text, so no span got through. → Write http:// instead of https:// in the exporter's url, or createInsecure() for its credentials.`,
      },
    ]);
  });

  test.each(['grpcPort', 'httpPort'] as const)(
    'close a connection to %s that speaks something else',
    async (which) => {
      await using recording = await startRecording();
      await sendRaw(recording.receiver[which], Buffer.from('\0\x01\x02'));
      expect(recording.problems).toMatchObject([{ kind: 'not-otlp' }]);
    },
  );

  test('understand a protocol whose first bytes come one by one', async () => {
    await using recording = await startRecording();
    const socket = net.connect({ port: recording.receiver.grpcPort, host: '127.0.0.1', noDelay: true });
    const answered = receive(socket, ACKNOWLEDGED_SETTINGS.toString('latin1'));
    for (const byte of HTTP2_PREFACE) {
      socket.write(Buffer.of(byte));
      await setImmediate();
    }
    await answered;
    socket.destroy();
    expect(recording.problems).toEqual([]);
  });

  test('close a connection that says nothing', async () => {
    await using recording = await startRecording({ silenceMs: 20 });
    const socket = net.connect(recording.receiver.grpcPort, '127.0.0.1').resume();
    await once(socket, 'close');
  });

  test('close a connection whose peer says nothing and goes', async () => {
    await using recording = await startRecording();
    expect(await sendRaw(recording.receiver.grpcPort, Buffer.alloc(0))).toEqual(Buffer.alloc(0));
    expect(await sendRaw(recording.receiver.grpcPort, Buffer.from('PR'))).toEqual(Buffer.alloc(0));
    expect(recording.problems).toEqual([]);
  });

  test('stay open to exports beside 2,000 connections that say nothing', async () => {
    await using recording = await startRecording({ maxSilentConnections: 50 });
    const { grpcPort, httpPort, grpcUrl, httpUrl } = recording.receiver;
    const ports = Array.from({ length: 2000 }, (_, index) => (index % 2 ? grpcPort : httpPort));
    const sockets = await Promise.all(ports.map(connect));
    expect(await call(grpcUrl, { frame: FRAME })).toMatchObject({ status: 0 });
    expect((await postJson(httpUrl, requestOf(SPAN))).status).toBe(200);

    await atMostOpen(sockets, 100);
    expect(recording.spans.length).toBe(2);
    for (const socket of sockets) socket.destroy();
  });

  test('keep a connection in use when others only begin', async () => {
    await using recording = await startRecording({ maxConnections: 20 });
    const session = http2.connect(recording.receiver.grpcUrl);
    for (let round = 0; round < 3; round += 1) {
      expect(await call(recording.receiver.grpcUrl, { frame: FRAME, session })).toMatchObject({ status: 0 });
      const idle = await Promise.all(Array.from({ length: 15 }, () => connect(recording.receiver.grpcPort)));
      const answers = idle.map((socket) => once(socket, 'data'));
      for (const socket of idle) socket.write(HTTP2_PREFACE);
      await Promise.all(answers);
    }
    expect(session.closed).toBe(false);
    session.destroy();
  });

  test('close at once, whatever is open', async () => {
    const recording = await startRecording({ silenceMs: 60_000, requestMs: 60_000, keepAliveMs: 60_000 });
    const { grpcPort, httpPort, grpcUrl } = recording.receiver;
    const silent = await connect(grpcPort);
    const halfway = await connect(httpPort);
    halfway.write('POST /v1/traces HTTP/1.1\r\n');
    const session = http2.connect(grpcUrl).on('error', () => {});
    await once(session, 'remoteSettings');
    const closed = Promise.all([once(silent, 'close'), once(halfway, 'close'), once(session, 'close')]);

    await recording.receiver.close();
    await closed;
    await recording.receiver.close();
    const again = await startReceiver({ grpcPort, httpPort, onSpans: () => {} });
    await again.close();
  });
});

describe('oncePerKind', () => {
  test('passes on the first problem of each kind', () => {
    const told: Problem[] = [];
    const tell = oncePerKind((problem) => told.push(problem));
    tell({ kind: 'malformed', message: 'first' });
    tell({ kind: 'malformed', message: 'second' });
    tell({ kind: 'too-large', message: 'third' });
    expect(told).toEqual([
      { kind: 'malformed', message: 'first' },
      { kind: 'too-large', message: 'third' },
    ]);
  });
});

async function connect(port: number): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1').resume();
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

/** Resolves once so many of the sockets were closed by the receiver that no more than `count` are left. */
async function atMostOpen(sockets: readonly net.Socket[], count: number): Promise<void> {
  const isOpen = (socket: net.Socket) => !socket.destroyed;
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = () => {
    if (sockets.filter(isOpen).length <= count) resolve();
  };
  for (const socket of sockets.filter(isOpen)) socket.once('close', check);
  check();
  await promise;
}
