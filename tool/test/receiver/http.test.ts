import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type HttpRequest, post, postJson, receive } from './clients.ts';
import { readResponse, requestOf, SPAN, SPAN_ID, TRACE_ID, toProtobuf } from './otlp.ts';
import { startRecording } from './recording.ts';

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };
const GOOD = toProtobuf(requestOf(SPAN));
const GOOD_JSON = JSON.stringify(requestOf(SPAN));

describe('OTLP/HTTP', () => {
  test.each<[string, string, HttpRequest]>([
    ['protobuf', 'http/protobuf', { headers: PROTOBUF, body: GOOD }],
    ['JSON', 'http/json', { headers: JSON_TYPE, body: GOOD_JSON }],
    [
      'protobuf with gzip',
      'http/protobuf',
      { headers: { ...PROTOBUF, 'content-encoding': 'gzip' }, body: gzipSync(GOOD) },
    ],
    [
      'JSON with gzip',
      'http/json',
      { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: gzipSync(GOOD_JSON) },
    ],
    [
      'JSON with a charset',
      'http/json',
      { headers: { 'content-type': 'Application/JSON; charset=utf-8' }, body: GOOD_JSON },
    ],
    ['identity', 'http/json', { headers: { ...JSON_TYPE, 'content-encoding': 'identity' }, body: GOOD_JSON }],
  ])('takes %s and answers in the same encoding', async (_what, transport, request) => {
    await using recording = await startRecording();
    const answer = await post(recording.receiver.httpUrl, request);

    const isJson = transport === 'http/json';
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(isJson ? 'application/json' : 'application/x-protobuf');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(answer.body.toString()).toBe(isJson ? '{}' : '');
    expect(recording.exports).toMatchObject([{ transport, spanCount: 1, accepted: 1, rejected: 0 }]);
    expect(recording.spans).toEqual([
      {
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        name: 'GET /items',
        kind: 'SERVER',
        startTimeUnixNano: 1_544_712_660_000_000_001n,
        endTimeUnixNano: 1_544_712_661_000_000_003n,
        attributes: {},
        events: [],
        links: [],
        status: { code: 'UNSET' },
        resource: { attributes: {} },
        scope: { name: 'test', attributes: {} },
      },
    ]);
  });

  test('says of another signal that it takes traces, and nothing of the address', async () => {
    await using recording = await startRecording();
    await post(recording.receiver.httpUrl, { path: '/v1/metrics', headers: JSON_TYPE, body: '{}' });
    expect(recording.problems).toEqual([
      {
        kind: 'wrong-path',
        message:
          'POST /v1/metrics was refused: the receiver takes traces only. → Export traces to it, and nothing else.',
      },
    ]);
  });

  test('says in either encoding how many spans it rejected', async () => {
    await using recording = await startRecording();
    const request = requestOf(SPAN, { ...SPAN, spanId: 'ab' });
    const expected = {
      partialSuccess: {
        rejectedSpans: '1',
        errorMessage: '1 of 2 spans rejected: a span id must be 8 bytes, not all zero',
      },
    };
    const json = await postJson(recording.receiver.httpUrl, request);
    expect([json.status, JSON.parse(json.body.toString())]).toEqual([200, expected]);
    const protobuf = await post(recording.receiver.httpUrl, { headers: PROTOBUF, body: toProtobuf(request) });
    expect([protobuf.status, readResponse(protobuf.body)]).toEqual([200, expected]);
  });

  test.each<[string, HttpRequest, number, number, string]>([
    ['protobuf that is none', { headers: PROTOBUF, body: Buffer.from([0xff]) }, 400, 3, 'malformed'],
    ['JSON that is none', { headers: JSON_TYPE, body: '{"resourceSpans":' }, 400, 3, 'malformed'],
    ['an empty JSON body', { headers: JSON_TYPE }, 400, 3, 'malformed'],
    ['JSON that is no object', { headers: JSON_TYPE, body: '[]' }, 400, 3, 'malformed'],
    [
      'JSON of another shape',
      { headers: JSON_TYPE, body: '{"resourceSpans":[{"scopeSpans":5}]}' },
      400,
      3,
      'malformed',
    ],
    [
      'JSON a hundred thousand levels deep',
      { headers: JSON_TYPE, body: '[1234567890123456789,'.repeat(100_000) + ']'.repeat(100_000) },
      400,
      3,
      'malformed',
    ],
    [
      'gzip that is none',
      { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: 'no' },
      400,
      3,
      'malformed',
    ],
    ['another path', { path: '/v1/logs', headers: JSON_TYPE, body: '{}' }, 404, 12, 'wrong-path'],
    ['another method', { method: 'GET' }, 405, 12, 'wrong-method'],
    ['a preflight', { method: 'OPTIONS', headers: { origin: 'http://x' } }, 405, 12, 'wrong-method'],
    [
      'another content type',
      { headers: { 'content-type': 'text/plain' }, body: GOOD },
      415,
      3,
      'wrong-content-type',
    ],
    ['no content type', { body: GOOD }, 415, 3, 'wrong-content-type'],
    [
      'another compression',
      { headers: { ...JSON_TYPE, 'content-encoding': 'br' }, body: GOOD_JSON },
      415,
      12,
      'wrong-content-encoding',
    ],
    ['a body over the limit', { headers: PROTOBUF, body: Buffer.alloc(5_000_000) }, 413, 8, 'too-large'],
    [
      'a body that inflates over the limit',
      { headers: { ...PROTOBUF, 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(5_000_000)) },
      413,
      8,
      'too-large',
    ],
  ])('refuses %s with a google.rpc.Status', async (_what, request, status, code, kind) => {
    await using recording = await startRecording({ maxMessageBytes: 4_194_304 });
    const answer = await post(recording.receiver.httpUrl, request);

    expect(answer.status).toBe(status);
    expect(recording.problems).toMatchObject([{ kind }]);
    const message = recording.problems[0]?.message ?? '';
    if (answer.headers['content-type'] === 'application/json') {
      expect(JSON.parse(answer.body.toString())).toEqual({ code, message });
    } else {
      expect(answer.body.subarray(0, 3)).toEqual(Buffer.from([0x08, code, 0x12]));
      expect(answer.body.toString()).toContain(message);
    }
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(recording.spans).toEqual([]);
    expect((await postJson(recording.receiver.httpUrl, requestOf(SPAN))).status).toBe(200);
  });

  test('names the allowed method', async () => {
    await using recording = await startRecording();
    expect((await post(recording.receiver.httpUrl, { method: 'PUT' })).headers.allow).toBe('POST');
  });

  test('refuses values by the million that take hardly any bytes', async () => {
    await using recording = await startRecording();
    // Field 1 of a list of 3,000,000 empty attribute values, two bytes each.
    const values = Buffer.alloc(6_000_000, Buffer.from([0x0a, 0x00]));
    const field = (id: number, body: Buffer) =>
      Buffer.concat([Buffer.from([id * 8 + 2]), varint(body.length), body]);
    const list = field(5, values);
    const request = field(1, field(1, field(1, field(2, list))));
    const body = gzipSync(request);

    const answer = await post(recording.receiver.httpUrl, {
      headers: { ...PROTOBUF, 'content-encoding': 'gzip' },
      body,
    });
    expect(answer.status).toBe(413);
    expect(recording.problems).toMatchObject([{ kind: 'too-large' }]);
  });

  test('refuses a body that comes too slowly', async () => {
    await using recording = await startRecording({ requestMs: 20 });
    const socket = net.connect(recording.receiver.httpPort, '127.0.0.1');
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await receive(socket, '408 Request Timeout');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(recording.problems).toMatchObject([{ kind: 'timed-out' }]);
  });

  test.each(['POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'])(
    'ends a connection that stays at %j',
    async (start) => {
      await using recording = await startRecording({ keepAliveMs: 30 });
      const socket = net.connect(recording.receiver.httpPort, '127.0.0.1').resume();
      socket.write(start);
      await new Promise((resolve) => socket.once('close', resolve));
      expect(recording.spans).toEqual([]);
    },
  );

  test('puts a request off when too much is arriving', async () => {
    await using recording = await startRecording({ maxArrivingBytes: 2000 });
    const answer = await postJson(recording.receiver.httpUrl, requestOf({ ...SPAN, name: 'x'.repeat(2000) }));
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect((await postJson(recording.receiver.httpUrl, requestOf(SPAN))).status).toBe(200);
  });

  test('keeps a connection open for the next export', async () => {
    await using recording = await startRecording();
    const socket = net.connect(recording.receiver.httpPort, '127.0.0.1');
    const head = `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${GOOD_JSON.length}\r\n\r\n`;
    for (let sent = 0; sent < 3; sent += 1) {
      const answered = receive(socket, '\r\n\r\n{}');
      socket.write(head + GOOD_JSON);
      await answered;
    }
    socket.destroy();
    expect(recording.exports.length).toBe(3);
  });

  test('answers what is not HTTP with 400', async () => {
    await using recording = await startRecording();
    const socket = net.connect(recording.receiver.httpPort, '127.0.0.1');
    socket.write('HELLO\r\n\r\n');
    await receive(socket, 'HTTP/1.1 400 Bad Request');
    expect(recording.problems).toMatchObject([{ kind: 'malformed' }]);
  });

  test('shows nothing of a path that a terminal would obey', async () => {
    await using recording = await startRecording();
    const path = `/${'x'.repeat(200)}`;
    await post(recording.receiver.httpUrl, { path });
    expect(recording.problems[0]?.message).toBe(
      `POST /${'x'.repeat(73)}… came to the receiver, which knows no such path, so it was refused. → Send POST /v1/traces: give OTEL_EXPORTER_OTLP_ENDPOINT the address without a path.`,
    );
    await post(recording.receiver.httpUrl, { headers: { 'content-type': 'a\u009b31mb' } });
    expect(recording.problems[1]?.message).toContain('content type "a?31mb"');
  });
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
