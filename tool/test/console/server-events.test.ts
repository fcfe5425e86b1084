import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type Events, LISTED_TRACES } from '../../console/protocol.ts';
import { EventFeed } from '../../console/server/event-feed.ts';
import { TraceList } from '../../console/server/trace-list.ts';
import { TraceStore, type TraceStoreOptions } from '../../trace/store.ts';
import { until } from '../fixtures/wait.ts';
import { inFlight, spanOf, traceIdOf } from '../trace/store-spans.ts';
import { FakeLesson, LESSON_STATE, Served } from './serve.ts';

type Event = { [Name in keyof Events]: readonly [Name, Events[Name]] }[keyof Events];

/** One that reads as soon as it can, and remembers. */
class Reader extends Writable {
  #text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#text += chunk;
    done();
  }

  /** What has come since the last call. */
  take(): Event[] {
    const events = this.#text.split('\n\n').slice(0, -1);
    this.#text = '';
    return events.map((event) => {
      const [, name, data] = /^event: (\w+)\ndata: ([^\r\n]+)$/.exec(event) ?? [];
      return [name, JSON.parse(data ?? '')] as unknown as Event;
    });
  }

  /** The data of the one event of this name that has come. */
  takeOne<Name extends keyof Events>(name: Name): Events[Name] {
    const found = this.take().filter((event) => event[0] === name);
    expect(found).toHaveLength(1);
    return found[0]?.[1] as Events[Name];
  }
}

/** One that never takes anything, as a tab that sleeps. */
class Sleeper extends Writable {
  override _write(): void {}
}

/** A feed whose time passes when the test says so. */
class Feed {
  readonly store: TraceStore;
  readonly lesson = new FakeLesson();
  readonly list: TraceList;
  readonly feed: EventFeed;
  readonly #due: (() => void)[] = [];

  constructor(options?: TraceStoreOptions) {
    this.store = new TraceStore(options);
    this.list = new TraceList(this.store);
    this.feed = new EventFeed({
      run: 'run 1',
      list: this.list,
      lesson: this.lesson,
      timers: { setTimeout: (callback) => this.#due.push(callback), clearTimeout: () => {} },
    });
  }

  get timers(): number {
    return this.#due.length;
  }

  read(filter = ''): Reader {
    const reader = new Reader();
    this.feed.subscribe(reader, filter);
    return reader;
  }

  pass(): void {
    for (const callback of this.#due.splice(0)) callback();
  }
}

const summary = (trace: number, change = {}) => ({
  traceId: traceIdOf(trace),
  name: 'span 1',
  service: 'shop',
  services: 1,
  startTimeUnixNano: '1',
  durationMs: 1e-6,
  spanCount: 1,
  errorCount: 0,
  ...change,
});

describe('a subscriber', () => {
  test('is told the run, the traces that are there and the lesson, in this order', () => {
    const feed = new Feed();
    feed.store.add([spanOf(1, 1), spanOf(2, 1)]);
    expect(feed.read().take()).toEqual([
      ['session', { run: 'run 1' }],
      ['traces', { traces: [summary(2), summary(1)], stored: 2, matching: 2, dropped: 0 }],
      ['lesson', LESSON_STATE],
    ]);
  });

  test('is told of what arrives in a while at once, each trace once', () => {
    const feed = new Feed();
    const reader = feed.read();
    reader.take();
    feed.store.add([spanOf(1, 1)]);
    feed.store.add([spanOf(2, 1), spanOf(1, 2)]);
    feed.store.add([inFlight(spanOf(2, 2, { status: { code: 'ERROR' } }))]);
    expect(reader.take()).toEqual([]);
    expect(feed.timers).toBe(1);
    feed.pass();

    const changed = [
      summary(2, { spanCount: 2, errorCount: 1, durationMs: null }),
      summary(1, { spanCount: 2 }),
    ];
    expect(reader.take()).toEqual([['change', { changed, gone: [], stored: 2, matching: 2, dropped: 0 }]]);
  });

  test('is told of a trace again when it has changed, and of nothing else', () => {
    const feed = new Feed();
    const reader = feed.read();
    feed.store.add([inFlight(spanOf(1, 1)), spanOf(2, 1)]);
    feed.pass();
    reader.take();
    feed.store.add([spanOf(1, 1)]);
    feed.pass();

    expect(reader.take()).toEqual([
      ['change', { changed: [summary(1)], gone: [], stored: 2, matching: 2, dropped: 0 }],
    ]);
  });

  test('is told of the traces that match, and of the ones that no longer do', () => {
    const feed = new Feed();
    const reader = feed.read('-error');
    feed.store.add([spanOf(1, 1), spanOf(2, 1)]);
    feed.pass();
    reader.take();
    feed.store.add([
      spanOf(1, 2, { status: { code: 'ERROR' } }),
      spanOf(3, 1, { status: { code: 'ERROR' } }),
    ]);
    feed.pass();

    expect(reader.take()).toEqual([
      ['change', { changed: [], gone: [traceIdOf(1)], stored: 3, matching: 1, dropped: 0 }],
    ]);
  });

  test('with a filter that says nothing is told so, and gets every trace', () => {
    const feed = new Feed();
    feed.store.add([spanOf(1, 1)]);
    const [, traces] = feed.read('>5').take();
    expect(traces).toEqual([
      'traces',
      {
        traces: [summary(1)],
        stored: 1,
        matching: 1,
        dropped: 0,
        filterProblem: '>5 is no duration. → Write one with its unit: >200ms.',
      },
    ]);
  });

  test('is told which traces had to go, and how many', () => {
    const feed = new Feed({ maxTraces: 2 });
    const reader = feed.read();
    feed.store.add([spanOf(1, 1), spanOf(2, 1)]);
    feed.pass();
    reader.take();
    feed.store.add([spanOf(3, 1)]);
    feed.pass();

    expect(reader.take()).toEqual([
      ['change', { changed: [summary(3)], gone: [traceIdOf(1)], stored: 2, matching: 2, dropped: 1 }],
    ]);
  });

  test('gets no more than the newest, however many are stored', () => {
    const feed = new Feed();
    const reader = feed.read();
    reader.take();
    for (let trace = 1; trace <= LISTED_TRACES + 20; trace++) feed.store.add([spanOf(trace, 1)]);
    feed.pass();

    const { changed, ...counts } = reader.takeOne('change');
    const all = LISTED_TRACES + 20;
    expect(counts).toEqual({ gone: [], stored: all, matching: all, dropped: 0 });
    expect(changed).toHaveLength(LISTED_TRACES);
    expect(changed[0]).toEqual(summary(all));
  });

  test('is told of the lesson at once', () => {
    const feed = new Feed();
    const reader = feed.read();
    reader.take();
    feed.lesson.change({ check: { state: 'checking' } });
    expect(reader.take()).toEqual([['lesson', { ...LESSON_STATE, check: { state: 'checking' } }]]);
  });

  test('gets a name with line ends and control characters whole, and as one event', () => {
    const feed = new Feed();
    const name = '</script>\n\nevent: lesson\r\ndata: {}\u2028\u0000<img src=x onerror=alert(1)>\ud800';
    feed.store.add([spanOf(1, 1, { name })]);
    expect(feed.read().takeOne('traces').traces).toEqual([summary(1, { name })]);
  });

  test('gets the beginning of a name that is too long for a line', () => {
    const feed = new Feed();
    feed.store.add([spanOf(1, 1, { name: `${'x'.repeat(199)}😀${'x'.repeat(1e6)}` })]);
    const { traces } = feed.read().takeOne('traces');
    expect(traces).toEqual([summary(1, { name: `${'x'.repeat(199)}\ufffd…` })]);
  });
});

describe('a subscriber that sleeps', () => {
  test('costs one message, while 60,000 traces arrive and the verdict changes', () => {
    const feed = new Feed();
    const sleeper = new Sleeper();
    feed.feed.subscribe(sleeper, '');
    const atFirst = sleeper.writableLength;
    feed.store.add([spanOf(1, 1)]);
    feed.pass();
    feed.lesson.change({ check: { state: 'checking' } });
    const before = sleeper.writableLength;
    for (let second = 0; second < 60; second++) {
      for (let trace = 0; trace < 1000; trace++) feed.store.add([spanOf(1000 * second + trace, 1)]);
      feed.lesson.change({ check: { state: 'checking' } });
      feed.pass();
    }

    // Node buffers 16 KB before it says that nothing is taken, and the message that fills them.
    const message = 200 * LISTED_TRACES;
    expect(atFirst).toBeLessThan(2000);
    expect(before).toBeLessThan(4000);
    expect(sleeper.writableLength).toBeLessThan(16_384 + message);
  });

  test('is told what is there now when it wakes up', async () => {
    const feed = new Feed();
    const asleep = new PassThrough({ highWaterMark: 1 });
    feed.feed.subscribe(asleep, '');
    for (let trace = 1; trace <= 3000; trace++) feed.store.add([spanOf(trace, 1)]);
    feed.lesson.change({ step: 1 });
    feed.pass();
    const reader = new Reader();
    asleep.pipe(reader);

    const seen: Event[] = [];
    await until(() => seen.push(...reader.take()) === 5);
    expect(seen.map(([name]) => name)).toEqual(['session', 'traces', 'lesson', 'lesson', 'change']);
    expect(seen[3]).toMatchObject(['lesson', { step: 1 }]);
    expect(seen[4]).toMatchObject(['change', { stored: 1000, dropped: 2000 }]);
  });
});

describe('a feed that nobody reads', () => {
  test('sets no timer', () => {
    const feed = new Feed();
    feed.store.add([spanOf(1, 1)]);
    expect(feed.timers).toBe(0);
  });

  test('forgets the traces that had to go', () => {
    const feed = new Feed({ maxTraces: 10 });
    feed.store.add([spanOf(1, 1)]);
    expect(feed.list.versionOf(traceIdOf(1))).toBe(1);
    for (let trace = 2; trace <= 1000; trace++) feed.store.add([spanOf(trace, 1)]);
    expect(feed.list.versionOf(traceIdOf(1))).toBe(0);
    expect(feed.list.versionOf(traceIdOf(1000))).toBe(1000);
  });
});

describe('the event stream over HTTP', () => {
  test('ends with the console, at once', async () => {
    const served = await Served.start();
    const streams = await Promise.all([1, 2, 3].map(() => served.open('/api/events?filter=error')));
    const ended = streams.map((stream) => stream.toArray().catch((error) => error.code));
    await served.console.close();

    expect(await Promise.all(ended)).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
  });

  test('is refused to more pages than a browser opens, until one goes away', async () => {
    const served = await Served.start();
    const streams = await Promise.all(Array.from({ length: 41 }, () => served.open('/api/events')));
    expect(streams.filter(({ statusCode }) => statusCode === 503)).toHaveLength(1);
    for (const stream of streams) stream.destroy();

    await until(async () => {
      const stream = await served.open('/api/events');
      stream.destroy();
      return stream.statusCode === 200;
    });
  });
});
