import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  call,
  EXPORT_PATH,
  grpcFrame,
  HTTP2_PREFACE,
  hpack,
  http2Frame,
  poke,
  post,
  postJson,
} from './clients.ts';
import { requestOf, SPAN, toProtobuf } from './otlp.ts';
import { type Recording, startRecording } from './recording.ts';

const GOOD = toProtobuf(requestOf(SPAN));
const RUNS = { numRuns: 150 };

describe('the receiver, fed arbitrary bytes', () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await startRecording();
  });
  afterAll(() => recording.receiver.close());

  const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
  const http1 = bytes.map((tail) =>
    Buffer.concat([Buffer.from('POST /v1/traces HTTP/1.1\r\nHost: x\r\n'), tail]),
  );
  const frames = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.nat(255), fc.nat(7), bytes), { maxLength: 6 })
    .map((list) =>
      Buffer.concat([
        HTTP2_PREFACE,
        ...list.map(([type, flags, id, payload]) => http2Frame(type, flags, id, payload)),
      ]),
    );
  const calls = fc
    .array(fc.tuple(fc.nat(255), bytes, fc.nat(20)), { maxLength: 3 })
    .map((list) =>
      Buffer.concat([
        HTTP2_PREFACE,
        ...list.flatMap(([flags, payload, error], index) => [
          http2Frame(1, 4, 2 * index + 1, EXPORT_HEADERS),
          http2Frame(0, flags & 1, 2 * index + 1, payload),
          http2Frame(3, 0, 2 * index + 1, Buffer.from([0, 0, 0, error])),
        ]),
      ]),
    );

  /** A good export on each port, after all that. */
  async function expectAlive(): Promise<void> {
    const before = recording.spans.length;
    expect(await call(recording.receiver.grpcUrl, { frame: grpcFrame(GOOD) })).toMatchObject({ status: 0 });
    expect((await postJson(recording.receiver.httpUrl, requestOf(SPAN))).status).toBe(200);
    expect(recording.spans.length).toBe(before + 2);
    expect(recording.problems.filter(({ kind }) => kind === 'internal')).toEqual([]);
  }

  test.each(['grpcPort', 'httpPort'] as const)('on %s, lives', async (which) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, http1, frames, calls), async (sent) => {
        await poke(recording.receiver[which], sent);
      }),
      RUNS,
    );
    await expectAlive();
  });

  test('as gRPC frames, answers each', async () => {
    const frame = fc.oneof(
      bytes,
      bytes.map((message) => grpcFrame(message)),
      damaged().map((message) => grpcFrame(message)),
    );
    await fc.assert(
      fc.asyncProperty(frame, async (sent) => {
        const answer = await call(recording.receiver.grpcUrl, { frame: sent });
        expect([0, 3]).toContain(answer.status);
      }),
      RUNS,
    );
    await expectAlive();
  });

  test.each(['application/x-protobuf', 'application/json', 'text/plain'])(
    'as bodies of %s, answers each',
    async (contentType) => {
      const encoded = fc.oneof(
        bytes,
        damaged(),
        fc.json().map((text) => Buffer.from(text)),
      );
      await fc.assert(
        fc.asyncProperty(encoded, fc.boolean(), async (plain, gzip) => {
          const headers = { 'content-type': contentType, ...(gzip && { 'content-encoding': 'gzip' }) };
          const answer = await post(recording.receiver.httpUrl, {
            headers,
            body: gzip ? gzipSync(plain) : plain,
          });
          expect([200, 400, 415]).toContain(answer.status);
        }),
        RUNS,
      );
      await expectAlive();
    },
  );
});

const EXPORT_HEADERS = hpack({
  ':method': 'POST',
  ':scheme': 'http',
  ':path': EXPORT_PATH,
  'content-type': 'application/grpc',
});

/** A good message with some bytes changed. */
function damaged(): fc.Arbitrary<Buffer> {
  return fc.array(fc.tuple(fc.nat(GOOD.length - 1), fc.nat(255)), { maxLength: 4 }).map((changes) => {
    const message = Buffer.from(GOOD);
    for (const [index, byte] of changes) message[index] = byte;
    return message;
  });
}
