import { byDefault, defaultDeadlineMs, lateHeaders, lateHeadersMs } from '../deadlines.ts';
import { type AppRun, type Evidence, leftOpen, told } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { slipped } from './crash.ts';
import type { Diagnosis } from './diagnosis.ts';

/** How the step would have it read. */
const deadline = `Number(process.env.UPSTREAM_TIMEOUT_MS ?? ${defaultDeadlineMs})`;

const endless = ['/hang', '/stall', '/drip'];

/** The run whose deadline is short and whose upstream never comes to an end. */
const hastyRun = ({ runs }: Evidence) => runs.find(({ label }) => label.startsWith('UPSTREAM_TIMEOUT_MS='));
const deadlineOf = ({ label }: AppRun) => Number(label.split('=')[1]);
const callsOf = (run: AppRun | undefined, path: string) =>
  run?.exchanges.filter((request) => request.path === `/fetch-external?from=${path}`) ?? [];
const statusOf = ({ outcome }: Exchange | { outcome?: undefined }) =>
  outcome?.kind === 'answered' ? outcome.status : undefined;

const quickestOf = (calls: readonly Exchange[]) => Math.min(...calls.map(({ durationMs }) => durationMs));

/** A call of the path that went on for ever, and whose caller was never answered. */
function endlessly(run: AppRun | undefined, path: string): Exchange | undefined {
  if (!run || !leftOpen(run, path)) return undefined;
  return callsOf(run, path).find(({ outcome }) => outcome.kind === 'no-answer');
}

export const callNeverMade: Diagnosis = {
  id: 'call-never-made',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const call = callsOf(run, '/hang').find((one) => statusOf(one) !== undefined && statusOf(one) !== 504);
    if (!call || run?.upstream.some(({ path }) => path === '/hang')) return undefined;
    return {
      cause: `With UPSTREAM_TIMEOUT_MS=${deadlineOf(run as AppRun)} the shop answered ${statusOf(call)} after ${call.durationMs.toFixed(0)} ms, and never called the upstream: something in fetchUpstream() throws before the call, and the catch block of app.ts hides what.`,
      mend: 'Put console.error(error) into the catch block, and look. AbortSignal.timeout() is one that throws: for a text, which is what process.env gives, and for a fraction. It takes Number(…).',
    };
  },
};

export const abortUnheard: Diagnosis = {
  id: 'abort-unheard',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const [died] = run ? told(run, 'uncaught') : [];
    if (died?.origin !== 'unhandledRejection' || !/abort|terminated/i.test(died.message)) return undefined;
    return {
      cause: `When the deadline passed, reading the body failed ("${died.message}"), and nobody listened to that failure: for a rejection that nobody hears, Node ends the app.`,
      mend: 'Pass it on: text(response).then((body) => resolve( … ), reject), or a try and catch in the callback.',
    };
  },
};

export const answerTakenForFailure: Diagnosis = {
  id: 'answer-taken-for-failure',
  explain: (evidence) => {
    const run = patientRun(evidence);
    const call = callsOf(run, '/status/500').at(-1);
    const status = call && statusOf(call);
    if (
      status === undefined ||
      status === 200 ||
      !callsOf(run, '/headers').some((one) => statusOf(one) === 200)
    ) {
      return undefined;
    }
    return {
      cause: `The upstream answered with status 500, in time, and the caller got ${status}: an answer that came is no failure of the call, whatever its status.`,
      mend: 'Resolve with it as with any other: resolve({ status: response.statusCode, body }).',
    };
  },
};

export const noDeadline: Diagnosis = {
  id: 'no-deadline',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const call = endlessly(run, '/hang');
    if (!call) return undefined;
    return {
      cause: `The upstream said nothing, and after ${(call.durationMs / 1000).toFixed(0)} s the shop still waited: nothing ends the call. Node's http has no limit of its own, and its \`timeout\` option does no more than emit an event.`,
      mend: 'Give the call a signal: client.get(url, { signal: AbortSignal.timeout(deadlineMs) }, …).',
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

export const abandonedNotAborted: Diagnosis = {
  id: 'abandoned-not-aborted',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const open = run ? endless.filter((path) => leftOpen(run, path)) : [];
    if (open.length === 0) return undefined;
    return {
      cause: `The caller got an answer, and the call of ${open.join(', ')} went on: its connection stayed open, and its CLIENT span with it. Promise.race() gives up waiting, not the request.`,
      mend: 'Abort the request when the deadline passes: pass it a signal, or call request.destroy(error).',
    };
  },
};

export const wrongStatusToCaller: Diagnosis = {
  id: 'wrong-status-to-caller',
  explain: (evidence) => {
    const wrong = endless
      .flatMap((path) => callsOf(hastyRun(evidence), path))
      .find((call) => statusOf(call) !== undefined && statusOf(call) !== 504);
    // A slip in the catch block itself has a diagnosis of its own.
    if (wrong && statusOf(wrong) === 500 && evidence.runs.some(slipped)) return undefined;
    if (wrong) return { cause: causeOf(wrong), mend: mendFor(wrong) };

    const broken = ['/cut', '/cut?bytes=4']
      .flatMap((path) => callsOf(patientRun(evidence), path))
      .find((call) => statusOf(call) === 504 || statusOf(call) === 200);
    if (broken) {
      return {
        cause: `The upstream closed the connection ${broken.path.endsWith('/cut') ? 'without an answer' : 'in the midst of its answer'}, and the caller got ${statusOf(broken)}: ${statusOf(broken) === 504 ? 'no deadline had passed' : 'a part is passed off as the whole'}.`,
        mend: 'Answer 504 for the error that the deadline leaves, and 502 for every other; a response that is cut off emits an error.',
      };
    }

    const refused = callsOf(patientRun(evidence), '/headers').find((call) => statusOf(call) === 504);
    if (!refused) return undefined;
    if (refused.durationMs > 1_000) {
      return {
        cause: `The upstream refused the connection, and only the deadline told the caller, after ${refused.durationMs.toFixed(0)} ms: nobody listens to the error of the request.`,
        mend: "request.once('error', reject) passes it on at once, and 502 is its answer.",
      };
    }
    return {
      cause: 'An upstream that refuses the connection gives a 504 too, and there no deadline has passed.',
      mend: 'Answer 504 for the error that the deadline leaves, and 502 for every other.',
    };
  },
};

function causeOf(call: Exchange): string {
  const status = statusOf(call);
  const path = call.path.split('from=')[1];
  if (status === 502) {
    return `When the deadline passes, ${path} gives 502, as any other failure does: the error is not recognised. A call of node:http that a signal ends rejects with an AbortError.`;
  }
  if (status === 200)
    return `When the deadline passes, ${path} gives 200: the failure is sent as if it were an answer.`;
  return `When the deadline passes, ${path} gives ${status}.`;
}

function mendFor(call: Exchange): string {
  if (statusOf(call) === 502)
    return 'In upstream.ts reject with one kind of error for the deadline (signal.aborted ? signal.reason : error), and test for that kind in app.ts: AbortSignal.timeout() leaves a TimeoutError, abort() without a reason an AbortError. console.error(error) in the catch block shows what came.';
  return 'In the catch block of app.ts: res.status(504) for the error that the deadline leaves.';
}

const isPatient = ({ label }: AppRun) => label === 'an upstream in time';
const patientRun = ({ runs }: Evidence) => runs.find(isPatient);

/** A call that was given up before its time. */
function givenUpEarly(evidence: Evidence): Exchange | undefined {
  const run = hastyRun(evidence);
  const calls = endless.flatMap((path) => callsOf(run, path));
  return calls.find((call) => run && statusOf(call) !== undefined && call.durationMs < deadlineOf(run) - 2);
}

/** A call that was given up though the upstream was in time. */
const cutShort = (evidence: Evidence) =>
  callsOf(patientRun(evidence), '/delay/1').find((call) => statusOf(call) !== 200);

export const deadlineShared: Diagnosis = {
  id: 'deadline-shared',
  explain: (evidence) => {
    const mend = 'Make a new AbortSignal.timeout(deadlineMs) for each call, inside fetchUpstream().';
    const early = givenUpEarly(evidence);
    if (cutShort(evidence)) return undefined;
    if (early) {
      return {
        cause: `A call was given up after ${early.durationMs.toFixed(0)} ms, before its deadline: its signal or timer is shared with other calls, as one that is made once, when the file is loaded.`,
        mend,
      };
    }
    const last = callsOf(hastyRun(evidence), '/headers').at(-1);
    if (!last || statusOf(last) !== 504) return undefined;
    return {
      cause:
        'Once a deadline has passed, a call that is answered in time gives 504 too: what says that the time is over is shared by all calls.',
      mend,
    };
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
        mend: 'UPSTREAM_TIMEOUT_MS is in milliseconds, and so is what AbortSignal.timeout() and setTimeout() take.',
      };
    }
    if (!cut) return undefined;
    return {
      cause: `The upstream answered after 150 ms, UPSTREAM_TIMEOUT_MS was not set, and the caller got ${statusOf(cut) ?? 'no answer'}. Without a default the deadline is NaN: setTimeout() takes it for 1 ms, AbortSignal.timeout() throws.`,
      mend: `${deadline}.`,
    };
  },
};

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
    const hang = quickestOf(callsOf(run, '/hang'));
    // Where the headers came too late for the deadline, it did not begin anew.
    const late = Math.max(...callsOf(run, lateHeaders).map(({ durationMs }) => durationMs));
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
    // The last life: one that took long was tried again.
    const calls = callsOf(evidence.runs.findLast(isPatient), '/hang');
    const hung = calls.find(({ durationMs }) => durationMs === quickestOf(calls));
    if (!hung) return undefined;
    const answered = statusOf(hung) !== undefined;
    const right = hung.durationMs > byDefault.fromMs && hung.durationMs < byDefault.untilMs;
    if (answered && right) return undefined;
    return {
      cause: `UPSTREAM_TIMEOUT_MS was not set, the upstream said nothing, and ${answered ? `it was given up after ${hung.durationMs.toFixed(0)} ms` : `after ${(hung.durationMs / 1000).toFixed(0)} s the shop still waited`}. Where the environment names no deadline, it should be ${defaultDeadlineMs} ms.`,
      mend: `${deadline}, and a signal for every call.`,
    };
  },
};

export const deadlineHardCoded: Diagnosis = {
  id: 'deadline-hard-coded',
  explain: (evidence) => {
    const run = hastyRun(evidence);
    const calls = callsOf(run, '/hang').filter((call) => statusOf(call) !== undefined);
    if (!run || calls.length === 0) return undefined;
    const quickest = quickestOf(calls);
    if (quickest < 1.9 * deadlineOf(run)) return undefined;
    return {
      cause: `UPSTREAM_TIMEOUT_MS was ${deadlineOf(run)}, and the quickest of ${calls.length} answers took ${quickest.toFixed(0)} ms: the deadline stands in the code, or comes from a variable of another name.`,
      mend: `${deadline}.`,
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
