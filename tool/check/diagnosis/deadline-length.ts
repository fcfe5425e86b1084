import { byDefault, defaultDeadlineMs, lateHeaders, lateHeadersMs } from '../deadlines.ts';
import type { AppRun, Evidence } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { calledMs, servedMs } from '../shop-clock.ts';
import { statusOf } from '../shop-exchanges.ts';
import {
  callsOf,
  deadlineOf,
  deadlineSetting,
  endless,
  endlessly,
  hastyRun,
  lastCallOf,
  patientRun,
  rejectedAtOnce,
  wasCalled,
} from './deadline-runs.ts';
import type { Diagnosis } from './diagnosis.ts';

/** A call that was given up before its time. */
function givenUpEarly(evidence: Evidence): Exchange | undefined {
  const run = hastyRun(evidence);
  const calls = endless.flatMap((path) => callsOf(run, path));
  const failed = calls.filter((call) => statusOf(call) === 504 || statusOf(call) === 502);
  return failed.find((call) => run && call.durationMs < deadlineOf(run) - 2);
}

/** A call that was given up though the upstream was in time. */
function cutShort(evidence: Evidence): Exchange | undefined {
  const call = lastCallOf(patientRun(evidence), '/delay/1');
  return call && statusOf(call) !== 200 ? call : undefined;
}

/** When the first call was given up, in milliseconds, that had the deadline which the app has by itself. */
function heldMs(evidence: Evidence): number {
  const run = patientRun(evidence);
  return Math.min(...callsOf(run, '/hang').map((call) => (run ? servedMs(run, call) : 0)));
}

export const deadlineShared: Diagnosis = {
  id: 'deadline-shared',
  explain: (evidence) => {
    const mend = `Make a new AbortSignal.timeout(deadlineMs) for each call, inside fetchUpstream(), where deadlineMs is ${deadlineSetting}.`;
    const early = givenUpEarly(evidence);
    const run = hastyRun(evidence);
    const remembered = {
      cause:
        'Once a deadline has passed, a call that is answered in time gives 504 too: what says that the time is over is shared by all calls.',
      mend,
    };
    const refused = callsOf(patientRun(evidence), '/headers').map(statusOf);
    if (!early && refused.includes(502) && refused.at(-1) === 504) {
      return {
        cause:
          'Once a deadline has passed, an upstream that refuses the connection gives 504 too, and before that it gave 502: what says that the time is over is shared by all calls.',
        mend: 'Keep it inside fetchUpstream(), where each call has its own, as with const signal = AbortSignal.timeout(deadlineMs).',
      };
    }
    const cut = cutShort(evidence);
    if (cut && statusOf(cut) !== 504) return undefined;
    if (cut && !early) {
      const [first] = callsOf(run, '/headers');
      const atFirst = first && statusOf(first) === 200;
      return atFirst && heldMs(evidence) > byDefault.fromMs ? remembered : undefined;
    }
    // A deadline that is too short is so for all calls.
    if (cut && heldMs(evidence) < defaultDeadlineMs / 8) return undefined;
    if (early) {
      return {
        cause: `A call was given up after ${early.durationMs.toFixed(0)} ms, before its deadline of ${deadlineOf(run as AppRun)} ms: its signal or timer is shared with other calls, as one that is made once, when the file is loaded, or its time is not the one that UPSTREAM_TIMEOUT_MS names.`,
        mend,
      };
    }
    // Of the others some are given up on a busy machine, whatever is wrong.
    if (endlessly(run, '/hang') && callsOf(run, '/hang').some((call) => statusOf(call) === 504)) {
      return {
        cause:
          'Of the calls of /hang, one was given up in time, and one was waited for without end: the timer or signal is kept where all calls share it, and one call clears that of another.',
        mend,
      };
    }
    const last = lastCallOf(run, '/headers');
    const called = run?.upstream.filter(({ path }) => path === '/headers').length ?? 0;
    if (last && (statusOf(last) ?? 0) > 500 && called < callsOf(run, '/headers').length) {
      return {
        cause: `After calls that ran into their deadline, /headers was answered with ${statusOf(last)}, and the upstream was not called for it: what is remembered of those calls decides on the next.`,
        mend: 'Let each call find out for itself: a circuit breaker that opens after so few refuses what would be answered in time.',
      };
    }
    return last && statusOf(last) === 504 ? remembered : undefined;
  },
};

export const deadlineTooShort: Diagnosis = {
  id: 'deadline-too-short',
  explain: (evidence) => {
    const early = givenUpEarly(evidence);
    const cut = cutShort(evidence);
    if (early) {
      return {
        cause: `A call was given up after ${early.durationMs.toFixed(0)} ms, long before its deadline.`,
        mend: `UPSTREAM_TIMEOUT_MS is in milliseconds, and so is what AbortSignal.timeout() and setTimeout() take. ${rejectedAtOnce}`,
      };
    }
    const run = patientRun(evidence);
    const hungMs = Math.min(...callsOf(run, '/hang').map((call) => call.durationMs));
    // On a busy machine an answer may come first all the same.
    if (!cut && hungMs < defaultDeadlineMs / 2) return shortByDefault(hungMs);
    if (!cut || statusOf(cut) === undefined) return undefined;
    // It is waited for long enough, so the answer that came was lost by something else.
    if (hungMs > byDefault.fromMs) return undefined;
    const none = !wasCalled(run, '/hang') && wasCalled(hastyRun(evidence), '/hang');
    return {
      cause: `UPSTREAM_TIMEOUT_MS was not set, the upstream answers /delay/1 after 150 ms here, and the caller got ${statusOf(cut)}; one that says nothing is given up after ${hungMs.toFixed(0)} ms${none ? ', before it is called. So it is where the default is too small, as 1.25 is, or the deadline is NaN: setTimeout() takes that for 1 ms, AbortSignal.timeout() throws' : ''}.`,
      mend: none
        ? `${deadlineSetting}, milliseconds without a unit, with the ?? inside of Number(): what Number() makes of a variable that is not set is NaN, and ?? leaves that as it is.`
        : `${deadlineSetting}.`,
    };
  },
};

function shortByDefault(hungMs: number) {
  return {
    cause: `UPSTREAM_TIMEOUT_MS was not set, and an upstream that says nothing is given up after ${hungMs.toFixed(0)} ms. Where the environment names no deadline, it should be ${defaultDeadlineMs} ms.`,
    mend: `${deadlineSetting}.`,
  };
}

export const deadlinePerTry: Diagnosis = {
  id: 'deadline-per-try',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const tries = run?.upstream.filter(({ path }) => path === '/hang').length ?? 0;
    const calls = callsOf(run, '/hang').length;
    if (tries <= calls) return undefined;
    return {
      cause: `For ${calls === 1 ? 'one request' : `${calls} requests`} the upstream was called ${tries} times: each try has a deadline of its own, and the caller waits for all of them.`,
      mend: 'Give all tries together one signal, made before the first of them.',
    };
  },
};

export const deadlineBegunAnew: Diagnosis = {
  id: 'deadline-begun-anew',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    if (!run) return undefined;
    const hang = Math.min(...callsOf(run, '/hang').map((call) => servedMs(run, call)));
    // Where the headers came too late for the deadline, it did not begin anew.
    const late = Math.max(...callsOf(run, lateHeaders).map((call) => servedMs(run, call)));
    if (hang > 1.5 * deadlineOf(run) || late < hang + lateHeadersMs / 2) return undefined;
    return {
      cause: `An upstream that says nothing is given up after ${hang.toFixed(0)} ms, and one whose headers come late, with no end to its body, after ${late.toFixed(0)} ms: with the headers the time begins anew.`,
      mend: 'Make one AbortSignal.timeout(deadlineMs) for the whole call, headers and body.',
    };
  },
};

export const deadlineWithoutDefault: Diagnosis = {
  id: 'deadline-without-default',
  explain: (evidence) => {
    const run = patientRun(evidence);
    const calls = callsOf(run, '/hang');
    if (!run || calls.length === 0) return undefined;
    const answered = calls.some((call) => statusOf(call) !== undefined);
    const hungMs = Math.min(...calls.map((call) => calledMs(run, call)));
    if (answered && hungMs > byDefault.fromMs && hungMs < byDefault.untilMs) return undefined;
    return {
      cause: `UPSTREAM_TIMEOUT_MS was not set, the upstream said nothing, and ${answered ? `it was given up after ${hungMs.toFixed(0)} ms` : `after ${(hungMs / 1000).toFixed(1)} s the shop still waited`}. Where the environment names no deadline, it should be ${defaultDeadlineMs} ms.`,
      mend: `${deadlineSetting}, and a signal for every call.`,
    };
  },
};

export const deadlineHardCoded: Diagnosis = {
  id: 'deadline-hard-coded',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const calls = callsOf(run, '/hang').filter((call) => statusOf(call) !== undefined);
    if (!run || calls.length === 0) return undefined;
    const quickest = Math.min(...calls.map((call) => servedMs(run, call)));
    if (quickest < 1.9 * deadlineOf(run)) return undefined;
    return {
      cause: `UPSTREAM_TIMEOUT_MS was ${deadlineOf(run)}, and the quickest of ${calls.length} answers took ${quickest.toFixed(0)} ms: the deadline stands in the code, comes from a variable of another name, or is changed on its way.`,
      mend: `Read it, and give it to the call as it is: const deadlineMs = ${deadlineSetting}.`,
    };
  },
};
