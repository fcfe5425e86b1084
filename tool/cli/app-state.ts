import type { AppStart } from '../runner/app.ts';
import type { AppEvent } from '../runner/supervise.ts';
import { renderAppEvent } from '../runner/text.ts';
import type { AppState } from './lesson.ts';

/** How the app is after the event, with its reason in a line; undefined where the event says nothing of that. */
export function appStateAfter(event: AppEvent, port: number): AppState | undefined {
  if (event.type === 'changed' || event.type === 'killed') return undefined;
  const state = event.type === 'ended' ? 'ended' : STATES[event.start.outcome];
  if (state === 'running') return { state };
  const message = renderAppEvent(event, { port, colour: false }).replaceAll('\n', ' ');
  return { state, message };
}

const STATES: Readonly<Record<AppStart['outcome'], AppState['state']>> = {
  ready: 'running',
  ended: 'ended',
  // It may still come, and waits for a save at the latest.
  'not-listening': 'starting',
};
