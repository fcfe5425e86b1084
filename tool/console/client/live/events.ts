import type { Events } from '../../protocol.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 4000;

export interface Listener {
  readonly connected: () => void;
  readonly disconnected: () => void;
  readonly event: <Name extends keyof Events>(name: Name, data: Events[Name]) => void;
}

/**
 * Tells the listener what the server sends, and connects again for as long as it takes. Gives the function that ends this.
 * The browser's own reconnection is not used, as it gives up after some errors. A page that nobody sees listens to nothing: on its
 * return it is told the whole state again.
 */
export function listen(filter: string, listener: Listener): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    source = new EventSource(`/api/events?filter=${encodeURIComponent(filter)}`);
    source.onopen = () => {
      retryMs = FIRST_RETRY_MS;
      listener.connected();
    };
    source.onerror = () => {
      close();
      listener.disconnected();
      timer = setTimeout(open, retryMs);
      retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
    };
    for (const name of ['session', 'traces', 'change', 'lesson'] as const) {
      source.addEventListener(name, ({ data }) => listener.event(name, JSON.parse(data)));
    }
  };
  const onVisibility = () => {
    if (document.visibilityState === 'visible') open();
    else close();
  };

  onVisibility();
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
