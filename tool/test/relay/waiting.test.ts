import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SIGNALS } from '../../receiver/signals.ts';
import { Waiting, type WaitingExport } from '../../relay/waiting.ts';

const [signal] = SIGNALS as [(typeof SIGNALS)[0]];

function item(spanCount: number, bytes: number): WaitingExport {
  return { signal, transport: 'grpc', body: Buffer.alloc(bytes), spanCount };
}

test('holds no more than its limits, gives what is left in the order of arrival, and counts the rest', () => {
  const exports = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 40_000 })));
  const limits = { maxSpans: 100, maxBytes: 100_000, maxBatchBytes: 30_000 };
  fc.assert(
    fc.property(exports, fc.integer({ min: 1, max: 5 }), (sizes, every) => {
      const waiting = new Waiting(limits);
      const added: WaitingExport[] = [];
      const taken: WaitingExport[] = [];
      for (const [at, [spans, bytes]] of sizes.entries()) {
        const next = item(spans, bytes);
        added.push(next);
        waiting.add(next);
        if (at % every === 0) waiting.putBack(waiting.take());
        if (at % (2 * every) === 1) taken.push(...waiting.take());
        expect(waiting.spans).toBeLessThanOrEqual(limits.maxSpans);
        expect(waiting.bytes).toBeLessThanOrEqual(limits.maxBytes);
      }
      for (let batch = waiting.take(); batch.length > 0; batch = waiting.take()) {
        const bytes = batch.reduce((sum, { body }) => sum + body.length, 0);
        expect(batch.length === 1 || bytes <= limits.maxBatchBytes).toBe(true);
        taken.push(...batch);
      }

      expect(taken).toEqual(added.filter((one) => taken.includes(one)));
      const spansOf = (items: readonly WaitingExport[]) => items.reduce((sum, one) => sum + one.spanCount, 0);
      expect(spansOf(taken) + waiting.droppedSpans).toBe(spansOf(added));
      expect([waiting.spans, waiting.bytes]).toEqual([0, 0]);
    }),
  );
});

test('gives what has to go alone by itself', () => {
  const waiting = new Waiting({ maxSpans: 100, maxBytes: 1e6, maxBatchBytes: 1e6 });
  const [a, b, c] = [item(1, 1), { ...item(2, 1), alone: true }, item(3, 1)];
  for (const one of [a, b, c]) waiting.add(one);

  expect([waiting.take(), waiting.take(), waiting.take(), waiting.take()]).toEqual([[a], [b], [c], []]);
});
