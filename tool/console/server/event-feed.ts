import { NODE_TIMERS, type Timers } from '../../trace/settled.ts';
import { type EventOutput, EventStream } from './event-stream.ts';
import type { ConsoleLesson } from './lesson.ts';
import type { TraceList } from './trace-list.ts';
import { TracesView } from './traces-view.ts';

/** Traces that arrive within this time are told together. */
const GATHER_MS = 200;

export interface EventFeedOptions {
  readonly run: string;
  readonly list: TraceList;
  readonly lesson: ConsoleLesson;
  readonly timers?: Timers;
}

/**
 * Tells every subscriber of traces and of the lesson. What is told is worked out when it can be sent, from what the subscriber was told last:
 * one that does not read, such as a tab that sleeps, has one message waiting and no more, however much happens meanwhile.
 */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #timers: Timers;
  readonly #subscribers = new Set<Subscriber>();
  readonly #endings: readonly (() => void)[];
  #timer: unknown;

  constructor(options: EventFeedOptions) {
    const { list, lesson, timers = NODE_TIMERS } = options;
    this.#options = options;
    this.#timers = timers;
    this.#endings = [list.onNews(() => this.#gather()), lesson.onChange(() => this.#tellLesson())];
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** Begin to tell; gives the function that ends this. */
  subscribe(output: EventOutput, filter: string): () => void {
    const { run, list, lesson } = this.#options;
    const stream = new EventStream(output);
    const subscriber = new Subscriber(stream, { lesson, traces: new TracesView(list, filter) });
    this.#subscribers.add(subscriber);
    stream.send('session', { run });
    subscriber.begin();
    return () => this.#subscribers.delete(subscriber);
  }

  close(): void {
    for (const end of this.#endings) end();
    if (this.#timer !== undefined) this.#timers.clearTimeout(this.#timer);
    this.#subscribers.clear();
  }

  #gather(): void {
    if (this.#timer !== undefined || this.#subscribers.size === 0) return;
    this.#timer = this.#timers.setTimeout(() => {
      this.#timer = undefined;
      for (const subscriber of this.#subscribers) subscriber.tracesChanged();
    }, GATHER_MS);
  }

  #tellLesson(): void {
    for (const subscriber of this.#subscribers) subscriber.lessonChanged();
  }
}

interface Sources {
  readonly traces: TracesView;
  readonly lesson: ConsoleLesson;
}

class Subscriber {
  readonly #stream: EventStream;
  readonly #sources: Sources;
  #tracesDue = false;
  #lessonDue = false;

  constructor(stream: EventStream, sources: Sources) {
    this.#stream = stream;
    this.#sources = sources;
    stream.onDrain(() => this.#send());
  }

  begin(): void {
    const { traces, lesson } = this.#sources;
    this.#stream.send('traces', traces.snapshot());
    this.#stream.send('lesson', lesson.state);
  }

  tracesChanged(): void {
    this.#tracesDue = true;
    this.#send();
  }

  lessonChanged(): void {
    this.#lessonDue = true;
    this.#send();
  }

  #send(): void {
    const { traces, lesson } = this.#sources;
    if (this.#lessonDue && !this.#stream.backedUp) {
      this.#lessonDue = false;
      this.#stream.send('lesson', lesson.state);
    }
    if (this.#tracesDue && !this.#stream.backedUp) {
      this.#tracesDue = false;
      const change = traces.change();
      if (change) this.#stream.send('change', change);
    }
  }
}
