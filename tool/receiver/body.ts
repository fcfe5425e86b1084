import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { Budget, Limits } from './limits.ts';
import { quoted, Refusal } from './problems.ts';

/** The peer went away before its request was whole: there is nobody to answer. */
export class Aborted extends Error {}

/** What a chunk costs beside its bytes, so that a body in a million chunks is not cheap. */
const CHUNK_OVERHEAD = 256;

/**
 * The whole body of a request. Rejects with a `Refusal` when it is larger than `maxMessageBytes`, slower than `requestMs`, or when
 * too much is arriving already, and with `Aborted` when the peer leaves. What comes after a refusal is thrown away.
 */
export function readBody(stream: Readable, limits: Limits, arriving: Budget): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  let taken = 0;

  const onData = (chunk: Buffer) => {
    const cost = chunk.length + CHUNK_OVERHEAD;
    size += chunk.length;
    if (size > limits.maxMessageBytes) return finish(tooLarge(limits.maxMessageBytes));
    if (!arriving.take(cost)) return finish(overloaded());
    taken += cost;
    chunks.push(chunk);
  };
  const onEnd = () => finish();
  const onGone = () => finish(new Aborted());
  const timer = setTimeout(() => finish(timedOut(limits.requestMs)), limits.requestMs);

  const finish = (error?: Error) => {
    clearTimeout(timer);
    arriving.give(taken);
    stream.off('data', onData).off('end', onEnd).off('close', onGone);
    if (!error) return resolve(Buffer.concat(chunks, size));
    stream.resume();
    reject(error);
  };

  // An 'error' is always followed by 'close'.
  stream.on('error', () => {});
  stream.on('data', onData).on('end', onEnd).on('close', onGone);
  return promise;
}

/** The body without its `Content-Encoding` or `grpc-encoding`. */
export function decompress(body: Buffer, encoding: string, maxBytes: number): Buffer {
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') {
    throw new Refusal(
      'wrong-content-encoding',
      `An export was compressed with "${quoted(encoding)}", so it was refused. → Set the exporter's compression to gzip or none.`,
    );
  }
  try {
    // Synchronous, so that only one is in memory at a time; a batch takes well below a millisecond.
    return gunzipSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new Refusal(
      'malformed',
      'An export said that it is gzip and is not, so its spans were refused. → Send it with an OpenTelemetry exporter for OTLP.',
    );
  }
}

function tooLarge(maxBytes: number): Refusal {
  // What frames a gRPC message is in the bytes, and not worth a digit.
  const limit = `${Math.round((maxBytes / 1024 / 1024) * 100) / 100} MiB`;
  return new Refusal(
    'too-large',
    `An export was larger than ${limit}, so its spans were refused. → Export fewer spans at once: lower maxExportBatchSize.`,
  );
}

function timedOut(ms: number): Refusal {
  return new Refusal(
    'timed-out',
    `An export had not arrived in whole after ${ms / 1000} s, so it was refused. → Look at what keeps the app from sending, such as a blocked event loop.`,
  );
}

function overloaded(): Refusal {
  return new Refusal(
    'overloaded',
    'More exports are arriving than the receiver holds, so one was put off. → Nothing to do if it happens once: exporters try again.',
  );
}
