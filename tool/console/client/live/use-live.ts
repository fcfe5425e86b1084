import { useEffect, useReducer } from 'preact/hooks';
import type { Events, LessonState, TracesSnapshot } from '../../protocol.ts';
import { pageRun } from './api.ts';
import { listen } from './events.ts';
import { applyChange } from './traces.ts';

/** What the server told last. */
export interface Live {
  readonly connection: 'connecting' | 'open' | 'lost';
  /** Counts the connections: what was fetched under an earlier number may be stale. */
  readonly epoch: number;
  readonly traces: TracesSnapshot | undefined;
  readonly lesson: LessonState | undefined;
}

type Told =
  | { readonly type: 'connected' | 'disconnected' }
  | { [Name in keyof Events]: { readonly type: Name; readonly data: Events[Name] } }[keyof Events];

const NOTHING: Live = { connection: 'connecting', epoch: 0, traces: undefined, lesson: undefined };

/** The state of the traces that match the filter, and of the lesson, as it changes. */
export function useLive(filter: string): Live {
  const [live, tell] = useReducer(reduce, NOTHING);
  useEffect(
    () =>
      listen(filter, {
        connected: () => tell({ type: 'connected' }),
        disconnected: () => tell({ type: 'disconnected' }),
        event: (type, data) => tell({ type, data } as Told),
      }),
    [filter],
  );
  return live;
}

function reduce(live: Live, told: Told): Live {
  switch (told.type) {
    case 'session':
      // Another run has another token, and perhaps another page. The hash keeps the place.
      if (told.data.run !== pageRun()) location.reload();
      return live;
    case 'connected':
      return { ...live, connection: 'open', epoch: live.epoch + 1 };
    case 'disconnected':
      return { ...live, connection: 'lost' };
    case 'traces':
      return { ...live, traces: told.data };
    case 'change':
      return live.traces ? { ...live, traces: applyChange(live.traces, told.data) } : live;
    case 'lesson':
      return { ...live, lesson: told.data };
  }
}
