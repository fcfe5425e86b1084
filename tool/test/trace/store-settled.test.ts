import { describe, expect, test } from 'vitest';
import { onTraceSettled, type SettledOptions, type Timers } from '../../trace/settled.ts';
import { TraceStore } from '../../trace/store.ts';
import { inFlight, spanIdOf, spanOf, traceIdOf } from './store-spans.ts';

/** Time that passes when told. */
class ManualTimers implements Timers {
  readonly #due = new Map<number, { at: number; callback: () => void }>();
  #now = 0;
  #last = 0;

  setTimeout(callback: () => void, ms: number): number {
    this.#last += 1;
    this.#due.set(this.#last, { at: this.#now + ms, callback });
    return this.#last;
  }

  clearTimeout(timer: unknown): void {
    this.#due.delete(timer as number);
  }

  get pending(): number {
    return this.#due.size;
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const [timer, { at, callback }] of [...this.#due]) {
      if (at > this.#now || !this.#due.delete(timer)) continue;
      callback();
    }
  }
}

function setUp({ store = new TraceStore(), ...options }: SettledOptions & { store?: TraceStore } = {}) {
  const timers = new ManualTimers();
  const settled: string[] = [];
  const subscription = onTraceSettled(
    store,
    ({ traceId, spans }, { late }) => {
      const names = spans.map(({ name }) => name).join(', ');
      settled.push(`trace ${Number.parseInt(traceId, 16)}: ${names}${late ? ' (late)' : ''}`);
    },
    { timers, ...options },
  );
  return { store, timers, settled, subscription };
}

const child = (trace: number, span: number, parent = 1) =>
  spanOf(trace, span, { parentSpanId: spanIdOf(parent) });

describe('a trace', () => {
  test('settles 150 ms after its last span, once its root has ended', () => {
    const { store, timers, settled } = setUp();
    store.add([child(1, 2), spanOf(1, 1)]);
    timers.pass(149);
    store.add([child(1, 3)]);
    timers.pass(149);
    expect(settled).toEqual([]);
    timers.pass(1);
    expect(settled).toEqual(['trace 1: span 2, span 1, span 3']);
  });

  test.each([
    ['has not come', [child(1, 2)]],
    ['is in flight', [child(1, 2), inFlight(spanOf(1, 1))]],
  ])('settles after 1,000 ms of silence when its root %s', (_what, spans) => {
    const { store, timers, settled } = setUp();
    store.add(spans);
    timers.pass(999);
    expect(settled).toEqual([]);
    timers.pass(1);
    expect(settled.length).toBe(1);
  });

  test('has its root in the span whose parent is in another process', () => {
    const { store, timers, settled } = setUp();
    store.add([spanOf(1, 1, { parentSpanId: spanIdOf(9), flags: 0x301 })]);
    timers.pass(150);
    expect(settled).toEqual(['trace 1: span 1']);
  });

  test('settles again, whole and late, when more comes', () => {
    const { store, timers, settled } = setUp();
    store.add([spanOf(1, 1)]);
    timers.pass(150);
    store.add([child(1, 2)]);
    timers.pass(150);
    expect(settled).toEqual(['trace 1: span 1', 'trace 1: span 1, span 2 (late)']);
  });

  test('does not settle again for a span that was delivered twice', () => {
    const { store, timers, settled } = setUp();
    store.add([spanOf(1, 1)]);
    timers.pass(150);
    store.add([spanOf(1, 1)]);
    timers.pass(5000);
    expect(settled).toEqual(['trace 1: span 1']);
  });

  test('does not wait for other traces', () => {
    const { store, timers, settled } = setUp({ quietMs: 10, orphanMs: 20 });
    store.add([spanOf(1, 1), child(2, 2)]);
    timers.pass(10);
    expect(settled).toEqual(['trace 1: span 1']);
    timers.pass(10);
    expect(settled).toEqual(['trace 1: span 1', 'trace 2: span 2']);
  });

  test('settles at once on a flush, and only once', () => {
    const { store, timers, settled, subscription } = setUp();
    store.add([spanOf(1, 1), child(2, 2)]);
    subscription.flush();
    subscription.flush();
    timers.pass(5000);
    expect(settled).toEqual(['trace 1: span 1', 'trace 2: span 2']);
  });

  test('does not settle after the subscription was disposed of', () => {
    const { store, timers, settled, subscription } = setUp();
    store.add([spanOf(1, 1)]);
    subscription[Symbol.dispose]();
    store.add([spanOf(2, 1)]);
    expect(timers.pending).toBe(0);
    subscription.flush();
    expect(settled).toEqual([]);
  });

  test('is forgotten with the store, so that no timer stays behind', () => {
    const { store, timers, settled } = setUp({ store: new TraceStore({ maxTraces: 10 }) });
    for (let trace = 1; trace <= 5000; trace += 1) store.add([spanOf(trace, 1)]);
    expect(timers.pending).toBeLessThan(200);
    timers.pass(150);
    expect(settled.length).toBe(10);
    expect(store.has(traceIdOf(5000))).toBe(true);
  });

  test('settles on real timers too', async () => {
    const store = new TraceStore();
    const { promise, resolve } = Promise.withResolvers<number>();
    using _ = onTraceSettled(store, ({ spans }) => resolve(spans.length), { quietMs: 1 });
    store.add([spanOf(1, 1)]);
    expect(await promise).toBe(1);
  });
});
