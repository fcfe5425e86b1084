import { type AppRun, type Evidence, leftOpen, told } from '../evidence.ts';
import { goneOnMs } from '../shop-clock.ts';
import { statusOf } from '../shop-exchanges.ts';
import { callsOf, deadlineOf, endless, hastyRun } from './deadline-runs.ts';
import type { Diagnosis } from './diagnosis.ts';

const goesOnMs = 100;

export const otherPathCalled: Diagnosis = {
  id: 'other-path-called',
  explain: ({ runs }) => {
    const [found] = runs.flatMap((run) => otherPath(run) ?? []);
    if (!found) return undefined;
    const { asked, called } = found;
    return {
      cause: `The caller asked for ${asked}, and the upstream was asked for ${called}.`,
      mend: called.startsWith('//')
        ? 'Let new URL(path, upstream) join the two. Joined as text, the slash is there twice: that of the address, and that of the path.'
        : 'Hand the whole URL over: client.get(new URL(path, upstream), { signal }, …). The pathname alone has lost the query.',
    };
  },
};

/** A path that no caller asked for and that the upstream was asked for, and the one that it stands for. */
function otherPath({ exchanges, upstream }: AppRun): { asked: string; called: string } | undefined {
  const wanted = exchanges.flatMap(({ path }) => path.split('/fetch-external?from=')[1] ?? []);
  const called = upstream.map(({ path }) => path).find((path) => !wanted.includes(path));
  const lost = wanted.filter((path) => !upstream.some((request) => request.path === path));
  const asked = lost.find((path) => called?.endsWith(path) || path.startsWith(`${called}?`)) ?? lost[0];
  return called && asked ? { asked, called } : undefined;
}

export const callNeverMade: Diagnosis = {
  id: 'call-never-made',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    if (run && waitsForAll(run) && connectedInVain(evidence)) return notEnded;
    const call = callsOf(run, '/hang').find((one) => statusOf(one) !== undefined && statusOf(one) !== 504);
    if (!call || run?.upstream.some(({ path }) => path === '/hang')) return undefined;
    return {
      cause: `With UPSTREAM_TIMEOUT_MS=${deadlineOf(run as AppRun)} the shop answered ${statusOf(call)} after ${call.durationMs.toFixed(0)} ms, and never called the upstream: something in fetchUpstream() throws before the call, or it goes to another address, and the catch block of app.ts hides what.`,
      mend: 'Put console.error(error) into the catch block, and look. AbortSignal.timeout() is one that throws: for a text, which is what process.env gives, and for a fraction. It takes Number(…).',
    };
  },
};

/** Whether nothing but the deadline ended a call, if that. */
function waitsForAll(run: AppRun): boolean {
  return callsOf(run, '/hang').every(
    (call) => (statusOf(call) ?? 504) === 504 && call.durationMs > deadlineOf(run) - 2,
  );
}

/** Whether there was a connection to the upstream, and nothing was ever sent in one. */
function connectedInVain({ runs }: Evidence): boolean {
  const connected = runs.some((run) =>
    told(run, 'connection').some(({ port }) => port === run.ports.upstream),
  );
  return connected && runs.every(({ upstream }) => upstream.length === 0);
}

const notEnded = {
  cause:
    'The shop connects to the upstream, sends it nothing, and waits for an answer: http.request() sends nothing before request.end().',
  mend: 'Call request.end(), or take http.get(), which calls it itself.',
};

export const abandonedNotAborted: Diagnosis = {
  id: 'abandoned-not-aborted',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const open = run ? endless.filter((path) => leftOpen(run, path)) : [];
    const late = run
      ? endless.flatMap((path) => callsOf(run, path)).filter((call) => statusOf(call) === 504)
      : [];
    const goneOn = run ? Math.min(...late.map((call) => goneOnMs(run, call))) : 0;
    if (open.length === 0 && late.length > 0 && goneOn > goesOnMs) {
      return {
        cause: `The caller got an answer, and the call of the upstream went on for ${goneOn.toFixed(0)} ms more, and its CLIENT span with it.`,
        mend: 'Abort the request when the deadline passes, before the caller is answered: pass it a signal, or call request.destroy(error).',
      };
    }
    if (open.length === 0) return undefined;
    return {
      cause: `The caller got an answer, and the call of ${open.join(', ')} went on: its connection stayed open, and its CLIENT span with it. Who answers in its place, Promise.race() or a timer, gives up waiting, not the request.`,
      mend: 'Abort the request when the deadline passes: pass it a signal, or call request.destroy(error).',
    };
  },
};

export const abortUnheard: Diagnosis = {
  id: 'abort-unheard',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const [died] = run ? told(run, 'uncaught') : [];
    if (died?.origin !== 'unhandledRejection' || !/abort|terminated/i.test(died.message)) return undefined;
    const early = callsOf(run, '/hang').find(
      (call) => statusOf(call) !== undefined && call.durationMs < deadlineOf(run as AppRun) / 2,
    );
    if (early) {
      return {
        cause: `The caller was answered after ${early.durationMs.toFixed(0)} ms, while the call was still under way, and its failure ("${died.message}") was heard by nobody: the promise of fetchUpstream() is not returned, or not awaited.`,
        mend: 'In upstream.ts: return new Promise( … ); in app.ts: await fetchUpstream(path).',
      };
    }
    return {
      cause: `When the deadline passed, reading the body failed ("${died.message}"), and nobody listened to that failure: for a rejection that nobody hears, Node ends the app.`,
      mend: 'Pass it on: text(response).then((body) => resolve( … ), reject), or a try and catch in the callback. With fetch(): await response.text().',
    };
  },
};

export const abortWithoutError: Diagnosis = {
  id: 'abort-without-error',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const quiet = run?.spans.find(
      ({ kind, status, attributes }) =>
        kind === 'CLIENT' &&
        status.code !== 'ERROR' &&
        endless.includes(new URL(String(attributes['url.full'] ?? 'http://-')).pathname),
    );
    if (!quiet) return undefined;
    return {
      cause:
        'The call was ended, and its CLIENT span does not say that it failed: a stream that is destroyed without an error is closed like any other, and an instrumentation of fetch takes an AbortController for your own wish.',
      mend: 'End it with an error: AbortSignal.timeout(deadlineMs), or request.destroy(new Error(…)).',
    };
  },
};
