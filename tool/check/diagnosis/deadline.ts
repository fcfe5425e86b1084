import { deadlineOf, deadlineSetting, endless, endlessly, hastyRun } from './deadline-runs.ts';
import type { Diagnosis } from './diagnosis.ts';

export const noDeadline: Diagnosis = {
  id: 'no-deadline',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const call = endlessly(run, '/hang');
    if (!run || !call) return undefined;
    return {
      cause: `UPSTREAM_TIMEOUT_MS was ${deadlineOf(run)}, the upstream said nothing, and after ${(call.durationMs / 1000).toFixed(1)} s the shop still waited. Either nothing ends the call, or a longer deadline does, which stands in the code or comes from a variable of another name. Node's http has no limit of its own, its \`timeout\` option does no more than emit an event, and a timer that is cleared too early never fires.`,
      mend: `Give the call a signal: client.get(url, { signal: AbortSignal.timeout(deadlineMs) }, …), where deadlineMs is ${deadlineSetting}. A timer takes a function around the call, setTimeout(() => request.destroy(error), ms). A finally block that ends a timer runs at once unless the call is awaited: return await ….`,
    };
  },
};

export const deadlinePerChunk: Diagnosis = {
  id: 'deadline-per-chunk',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    if (endlessly(run, '/stall') || !endlessly(run, '/drip')) return undefined;
    return {
      cause:
        'An upstream that falls silent is given up, and one that sends a byte now and then is waited for without end: every byte starts the time anew, as the timeout of a socket does.',
      mend: 'Start one timer for the whole call, and let nothing start it again: AbortSignal.timeout(deadlineMs).',
    };
  },
};

export const deadlineCoversHeadersOnly: Diagnosis = {
  id: 'deadline-covers-headers-only',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    if (endlessly(run, '/hang') || !endless.some((path) => endlessly(run, path))) return undefined;
    return {
      cause:
        'An upstream that says nothing is given up, and one that has sent its headers is waited for without end: the deadline ends with the headers.',
      mend: 'Keep the timer until the body has been read: clear it in a finally block after that, or use AbortSignal.timeout() for the whole call.',
    };
  },
};
