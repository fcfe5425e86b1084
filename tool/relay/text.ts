import { quoted } from '../receiver/problems.ts';
import { count } from '../terminal/span-text.ts';
import type { RelayEvent } from './relay.ts';

/** A line about the relay; what the terminal shows itself is complete in any case, and the line says so where it may be doubted. */
export function renderRelayEvent(event: RelayEvent, address: string): string {
  const backend = `The backend at ${address}`;
  switch (event.type) {
    case 'down':
      return `${backend} takes no traces (${quoted(event.reason)}), so they wait, and are all drawn here. → Start it, mend its address or certificate, or go on without it.`;
    case 'back':
      return event.dropped === 0
        ? `${backend} is back, and gets what waited.`
        : `${backend} is back, and gets what waited; ${spans(event.dropped)} that waited longest had to go.`;
    case 'dropping':
      return `${backend} is slower than the app, so the oldest spans no longer wait for it; all are drawn here. → Send fewer requests, or give it more memory and time.`;
    case 'refused':
      return `${backend} refused ${spans(event.spans)} (${quoted(event.reason)}), so they are only drawn here. → Its own log says more; this is told once.`;
    case 'partial':
      return event.rejected === 0
        ? `${backend} took all spans and warns: ${quoted(event.message)} → This is told once.`
        : `${backend} rejected ${spans(event.rejected)} (${quoted(event.message)}), so they are only drawn here. → Its own log says more; this is told once.`;
    case 'lost':
      return `${spans(event.spans)} did not get to the backend at ${address}.`;
  }
}

function spans(number: number): string {
  return count(number, 'span');
}
