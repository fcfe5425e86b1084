import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { call, EXPORT_PATH, grpcFrame, HTTP2_PREFACE, hpack, http2Frame, receive } from './clients.ts';
import { readResponse, requestOf, SPAN, toProtobuf } from './otlp.ts';
import { startRecording } from './recording.ts';

const GOOD = toProtobuf(requestOf(SPAN));

describe('OTLP/gRPC', () => {
  test.each([CompressionAlgorithm.NONE, CompressionAlgorithm.GZIP])(
    'takes the spans of the real exporter, compression %s',
    async (compression) => {
      await using recording = await startRecording();
      const exporter = new OTLPTraceExporter({ url: recording.receiver.grpcUrl, compression });
      const provider = new BasicTracerProvider({
        resource: resourceFromAttributes({ 'service.name': 'shop' }),
        spanProcessors: [new BatchSpanProcessor(exporter)],
      });
      const span = provider.getTracer('tests', '1.2.3').startSpan('work', {
        startTime: [1_700_000_000, 123_456_789],
        attributes: { text: 'a', whole: 3, half: 0.5, yes: true, list: ['x', 'y'] },
      });
      span.addEvent('halfway', { step: 1 });
      span.end([1_700_000_001, 123_456_790]);
      await provider.shutdown();

      expect(recording.problems).toEqual([]);
      expect(recording.spans).toMatchObject([
        {
          traceId: span.spanContext().traceId,
          spanId: span.spanContext().spanId,
          name: 'work',
          kind: 'INTERNAL',
          startTimeUnixNano: 1_700_000_000_123_456_789n,
          endTimeUnixNano: 1_700_000_001_123_456_790n,
          attributes: { text: 'a', whole: 3, half: 0.5, yes: true, list: ['x', 'y'] },
          events: [{ name: 'halfway', attributes: { step: 1 } }],
          status: { code: 'UNSET' },
          resource: { attributes: { 'service.name': 'shop' } },
          scope: { name: 'tests', version: '1.2.3' },
        },
      ]);
      expect(recording.spans[0]).not.toHaveProperty('parentSpanId');
      expect(recording.exports).toMatchObject([
        { signal: 'traces', transport: 'grpc', spanCount: 1, accepted: 1, rejected: 0, at: 1234 },
      ]);
      expect(recording.exports[0]?.userAgent).toMatch(/^OTel-OTLP-Exporter-JavaScript\//);
    },
  );

  test('leaves partial_success unset after full success', async () => {
    await using recording = await startRecording();
    const answer = await call(recording.receiver.grpcUrl, { frame: grpcFrame(GOOD) });
    expect(answer).toEqual({ httpStatus: 200, status: 0, message: '', body: Buffer.alloc(0) });
  });

  test('answers with partial_success when some spans have bad ids', async () => {
    await using recording = await startRecording();
    const message = toProtobuf(
      requestOf(SPAN, { ...SPAN, traceId: 'abcd' }, { ...SPAN, spanId: '0000000000000000' }),
    );
    const answer = await call(recording.receiver.grpcUrl, { frame: grpcFrame(message) });

    expect(answer.status).toBe(0);
    expect(readResponse(answer.body)).toEqual({
      partialSuccess: {
        rejectedSpans: '2',
        errorMessage: '2 of 3 spans rejected: a trace id must be 16 bytes, not all zero',
      },
    });
    expect(recording.exports).toMatchObject([{ spanCount: 3, accepted: 1, rejected: 2 }]);
    expect(recording.problems).toEqual([
      {
        kind: 'bad-ids',
        message:
          '2 of 3 spans in an export were rejected: a trace id must be 16 bytes, not all zero. → Let the SDK make the spans, or correct the code that does.',
      },
    ]);
  });

  test('takes an empty request', async () => {
    await using recording = await startRecording();
    expect(await call(recording.receiver.grpcUrl, { frame: grpcFrame(Buffer.alloc(0)) })).toMatchObject({
      status: 0,
    });
    expect(recording.exports).toMatchObject([{ spanCount: 0 }]);
    expect(recording.spans).toEqual([]);
  });

  test('names the limit in round figures', async () => {
    await using recording = await startRecording();
    await call(recording.receiver.grpcUrl, { frame: grpcFrame(Buffer.alloc(5 * 1024 * 1024)) });
    expect(recording.problems[0]?.message).toMatch(/^An export was larger than 4 MiB, /);
  });

  test.each([
    ['a message that is not protobuf', { frame: grpcFrame(Buffer.from([0xff, 0xff, 0xff])) }, 3, 'malformed'],
    ['a frame that breaks off', { frame: grpcFrame(GOOD).subarray(0, 20) }, 3, 'malformed'],
    ['a second message', { frame: Buffer.concat([grpcFrame(GOOD), grpcFrame(GOOD)]) }, 3, 'malformed'],
    ['no message', { frame: Buffer.alloc(0) }, 3, 'malformed'],
    [
      'gzip that is none',
      { frame: grpcFrame(GOOD, { compressed: true }), headers: { 'grpc-encoding': 'gzip' } },
      3,
      'malformed',
    ],
    ['a message over the limit', { frame: grpcFrame(Buffer.alloc(5000)) }, 8, 'too-large'],
    [
      'a message that inflates over the limit',
      {
        frame: grpcFrame(gzipSync(Buffer.alloc(5000)), { compressed: true }),
        headers: { 'grpc-encoding': 'gzip' },
      },
      8,
      'too-large',
    ],
    [
      'another compression',
      { frame: grpcFrame(GOOD, { compressed: true }), headers: { 'grpc-encoding': 'br' } },
      12,
      'wrong-content-encoding',
    ],
    [
      'another method',
      { frame: grpcFrame(GOOD), path: '/opentelemetry.proto.collector.trace.v1.TraceService/Import' },
      12,
      'wrong-path',
    ],
    [
      'another signal',
      { frame: grpcFrame(GOOD), path: '/opentelemetry.proto.collector.logs.v1.LogsService/Export' },
      12,
      'wrong-path',
    ],
  ])('refuses %s', async (_what, request, status, kind) => {
    await using recording = await startRecording({ maxMessageBytes: 4096 });
    const answer = await call(recording.receiver.grpcUrl, request);

    expect(recording.problems).toMatchObject([{ kind }]);
    expect(answer).toMatchObject({ httpStatus: 200, status, message: recording.problems[0]?.message });
    expect(recording.spans).toEqual([]);
  });

  test('refuses HTTP/2 that is not gRPC', async () => {
    await using recording = await startRecording();
    const answer = await call(recording.receiver.grpcUrl, {
      frame: GOOD,
      headers: { 'content-type': 'text/plain' },
    });
    expect(answer.httpStatus).toBe(415);
    expect(recording.problems).toMatchObject([{ kind: 'wrong-content-type' }]);
  });

  test('refuses a call that is not whole in time', async () => {
    await using recording = await startRecording({ requestMs: 20 });
    const answer = await call(recording.receiver.grpcUrl, {
      frame: grpcFrame(GOOD).subarray(0, 20),
      end: false,
    });
    expect(answer).toMatchObject({ status: 4 });
    expect(recording.problems).toMatchObject([{ kind: 'timed-out' }]);
  });

  test('puts a call off when too much is arriving', async () => {
    await using recording = await startRecording({ maxArrivingBytes: 1000 });
    const frame = grpcFrame(toProtobuf(requestOf({ ...SPAN, name: 'x'.repeat(2000) })));
    expect(await call(recording.receiver.grpcUrl, { frame })).toMatchObject({ status: 14 });
    expect(await call(recording.receiver.grpcUrl, { frame: grpcFrame(GOOD) })).toMatchObject({ status: 0 });
  });

  test.each(['/nowhere', EXPORT_PATH])(
    'outlives a call to %s that is reset as soon as it is opened',
    async (path) => {
      await using recording = await startRecording();
      const socket = net.connect(recording.receiver.grpcPort, '127.0.0.1');
      const calls = ['application/grpc', 'text/plain'].map((contentType, index) => {
        const headers = hpack({
          ':method': 'POST',
          ':scheme': 'http',
          ':path': path,
          'content-type': contentType,
        });
        const id = 2 * index + 1;
        return Buffer.concat([
          http2Frame(1, 4, id, headers),
          http2Frame(3, 0, id, Buffer.from([0, 0, 0, 8])),
        ]);
      });
      // The answer to the ping comes after the calls were handled.
      socket.write(Buffer.concat([HTTP2_PREFACE, ...calls, http2Frame(6, 0, 0, Buffer.from('finished'))]));
      await receive(socket, 'finished');
      socket.destroy();

      expect(await call(recording.receiver.grpcUrl, { frame: grpcFrame(GOOD) })).toMatchObject({ status: 0 });
    },
  );

  test('answers INTERNAL and lives on when a listener throws', async () => {
    const recording = await startRecording();
    await using _ = recording;
    recording.spans.push = () => {
      throw new Error('boom');
    };
    expect(await call(recording.receiver.grpcUrl, { frame: grpcFrame(GOOD) })).toMatchObject({ status: 13 });
    expect(recording.problems).toMatchObject([
      { kind: 'internal', message: expect.stringContaining('Error: boom\n') },
    ]);
    expect(await call(recording.receiver.grpcUrl, { frame: grpcFrame(Buffer.alloc(0)) })).toMatchObject({
      status: 0,
    });
  });
});
