import { BroadcastChannel } from 'node:worker_threads';

const CHANNEL = 'workshop: cancelled check';
const REPEAT_MS = 20;

export interface Cancelling {
  stop(): void;
}

/**
 * Tell the worker that has this run to give it up. It is told again and again, until `stop()`: the run may only be on
 * its way to the worker, where nobody listens yet.
 */
export function cancelRun(run: number): Cancelling {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(run);
  const timer = setInterval(() => channel.postMessage(run), REPEAT_MS);
  const stop = () => {
    clearInterval(timer);
    channel.close();
  };
  return { stop };
}

/** In the worker: calls back when this run is cancelled; gives what ends the subscription. */
export function onRunCancelled(run: number, listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event: unknown) => {
    if ((event as { data: number }).data === run) listener();
  };
  return () => channel.close();
}
