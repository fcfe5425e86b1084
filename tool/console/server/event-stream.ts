import type { Writable } from 'node:stream';
import type { Events } from '../protocol.ts';

/** What of an HTTP response is needed. */
export type EventOutput = Pick<Writable, 'write' | 'writableNeedDrain' | 'on'>;

/** Server-sent events to one subscriber. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class EventStream {
  readonly #output: EventOutput;

  constructor(output: EventOutput) {
    this.#output = output;
  }

  /** Whether the subscriber has not taken yet what was sent before, so that more would pile up here. */
  get backedUp(): boolean {
    return this.#output.writableNeedDrain;
  }

  send<Name extends keyof Events>(name: Name, data: Events[Name]): void {
    // JSON has no line end of its own, so that one line holds all of it.
    this.#output.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Calls back whenever all that was sent is taken. */
  onDrain(listener: () => void): void {
    this.#output.on('drain', listener);
  }
}
