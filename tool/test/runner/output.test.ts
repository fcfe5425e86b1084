import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { OutputTail, readLines } from '../../runner/output.ts';

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  const stream = new PassThrough();
  readLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  stream.destroy();
  await Promise.resolve();
  return lines;
}

test('gives whole lines, whatever the chunks', async () => {
  const bytes = Buffer.from('one\ntwö\r\nthree');
  const chunks = [...bytes].map((byte) => Uint8Array.of(byte));

  expect(await linesOf(chunks)).toEqual(['one', 'twö', 'three']);
});

test('cuts a line that never ends', async () => {
  const chunks = Array.from({ length: 100 }, () => Buffer.from('x'.repeat(1000)));
  const [line = ''] = await linesOf(chunks);

  expect(line).toBe(`${'x'.repeat(4096)}…`);
});

test('keeps the last lines, bounded in number and in characters', () => {
  const tail = new OutputTail({ maxLines: 3, maxCharacters: 10 });
  for (const text of ['a', 'b', 'c', 'd']) tail.add({ stream: 'stdout', text });
  expect(tail.lines.map(({ text }) => text)).toEqual(['b', 'c', 'd']);

  tail.add({ stream: 'stderr', text: '123456789' });
  expect(tail.lines.map(({ text }) => text)).toEqual(['d', '123456789']);
});
