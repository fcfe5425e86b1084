import { expect, test } from 'vitest';
import type { RelayEvent } from '../../relay/relay.ts';
import { renderRelayEvent } from '../../relay/text.ts';

test.each<[RelayEvent, string]>([
  [
    { type: 'down', reason: 'UNAVAILABLE: connect ECONNREFUSED 127.0.0.1:4317' },
    'The backend at localhost:4317 takes no traces (UNAVAILABLE: connect ECONNREFUSED 127.0.0.1:4317), so they wait, and are all drawn here. → Start it, mend its address or certificate, or go on without it.',
  ],
  [{ type: 'back', dropped: 0 }, 'The backend at localhost:4317 is back, and gets what waited.'],
  [
    { type: 'back', dropped: 1 },
    'The backend at localhost:4317 is back, and gets what waited; 1 span that waited longest had to go.',
  ],
  [
    { type: 'dropping' },
    'The backend at localhost:4317 is slower than the app, so the oldest spans no longer wait for it; all are drawn here. → Send fewer requests, or give it more memory and time.',
  ],
  [
    { type: 'refused', reason: 'UNAUTHENTICATED: no key\u001b[2J', spans: 2 },
    'The backend at localhost:4317 refused 2 spans (UNAUTHENTICATED: no key?[2J), so they are only drawn here. → Its own log says more; this is told once.',
  ],
  [
    { type: 'partial', rejected: 3, message: 'too old' },
    'The backend at localhost:4317 rejected 3 spans (too old), so they are only drawn here. → Its own log says more; this is told once.',
  ],
  [
    { type: 'partial', rejected: 0, message: 'use newer names' },
    'The backend at localhost:4317 took all spans and warns: use newer names → This is told once.',
  ],
  [{ type: 'lost', spans: 12 }, '12 spans did not get to the backend at localhost:4317.'],
])('%j is told in a line', (event, line) => {
  expect(renderRelayEvent(event, 'localhost:4317')).toBe(line);
});
