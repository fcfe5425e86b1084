import { defaultDeadlineMs } from '../deadlines.ts';
import type { Exchange } from '../exchange.ts';
import { jsonOf } from '../expectations.ts';
import { servedMs } from '../shop-clock.ts';
import { hasUpstreamBody, statusOf } from '../shop-exchanges.ts';
import { slipped } from './crash.ts';
import {
  callsOf,
  deadlineOf,
  endless,
  hastyRun,
  lastCallOf,
  patientRun,
  rejectedAtOnce,
  wasCalled,
} from './deadline-runs.ts';
import type { Diagnosis } from './diagnosis.ts';

const byKind =
  'In the catch block of app.ts: res.status(504) for the error that the deadline leaves, res.status(502) for every other.';

const toldByDeadline =
  'nobody listens to the error of the request, or it is tried again and again until the time is over';
const passItOn = "request.once('error', reject) passes it on at once, and 502 is its answer.";

export const wrongStatusToCaller: Diagnosis = {
  id: 'wrong-status-to-caller',
  explain: (evidence) => {
    const hasty = hastyRun(evidence);
    const wrong = endless
      .flatMap((path) => callsOf(hasty, path))
      .find((call) => statusOf(call) !== undefined && statusOf(call) !== 504);
    // A slip in the catch block itself has a diagnosis of its own.
    if (wrong && statusOf(wrong) === 500 && evidence.runs.some(slipped)) return undefined;
    const patient = patientRun(evidence);
    // Asked once while the upstream was there, and then when it refused.
    const afterLoss = lastCallOf(patient, '/headers');
    const refused = afterLoss && statusOf(afterLoss) === 504 ? afterLoss : undefined;
    if (wrong && statusOf(wrong) === 502 && refused && refused.durationMs < 1_000) {
      return {
        cause: `When the deadline passes, ${pathOf(wrong)} gives 502, and an upstream that refuses the connection gives 504: the two are exchanged.`,
        mend: byKind,
      };
    }
    if (hasty && wrong)
      return { cause: causeOf(wrong, deadlineOf(hasty)), mend: mendFor(wrong, deadlineOf(hasty)) };

    const broken = ['/cut', '/cut?bytes=4']
      .filter((path) => wasCalled(patient, path))
      .flatMap((path) => lastCallOf(patient, path) ?? [])
      .find((call) => statusOf(call) === 504 || statusOf(call) === 200);
    if (broken && statusOf(broken) === 200 && !isPassedOn(broken)) {
      return {
        cause:
          'The upstream closed the connection, and the caller got 200: the failure is sent as if it were an answer.',
        mend: byKind,
      };
    }
    if (broken && statusOf(broken) === 504 && broken.durationMs > 1_000) {
      const inTheMidst = !broken.path.endsWith('/cut');
      return {
        cause: `The upstream closed the connection ${inTheMidst ? 'in the midst of its answer' : 'without an answer'}, and only the deadline told the caller, after ${broken.durationMs.toFixed(0)} ms: ${inTheMidst ? 'nobody listens to the error of the response' : toldByDeadline}.`,
        mend: inTheMidst
          ? "Read the body with text(response), which rejects then, or listen: response.once('error', reject). 502 is its answer."
          : passItOn,
      };
    }
    if (broken) {
      return {
        cause: `The upstream closed the connection ${broken.path.endsWith('/cut') ? 'without an answer' : 'in the midst of its answer'}, and the caller got ${statusOf(broken)}: ${statusOf(broken) === 504 ? 'no deadline had passed' : 'a part is passed off as the whole'}.`,
        mend: `${byKind} A response that is cut off emits an error.`,
      };
    }

    if (!refused) return undefined;
    if (refused.durationMs > 1_000) {
      return {
        cause: `The upstream refused the connection, and only the deadline told the caller, after ${refused.durationMs.toFixed(0)} ms: ${toldByDeadline}.`,
        mend: passItOn,
      };
    }
    return {
      cause: 'An upstream that refuses the connection gives a 504 too, and there no deadline has passed.',
      mend: byKind,
    };
  },
};

const pathOf = (call: Exchange) => call.path.split('from=')[1];

/** What the upstream sends of an answer that it does not end has the status 200. */
const isPassedOn = (call: Exchange) => Object(jsonOf(call)).status === 200;

function causeOf(call: Exchange, deadlineMs: number): string {
  const status = statusOf(call);
  const path = pathOf(call);
  if (isEarly(call, deadlineMs)) {
    const when = path === '/hang' ? 'the call is made' : 'the headers have come';
    return `${path} gives 502 after ${call.durationMs.toFixed(0)} ms, and its deadline is ${deadlineMs} ms: something fails as soon as ${when}, and the catch block of app.ts hides what.`;
  }
  if (status === 502) {
    return `When the deadline passes, ${path} gives 502, as any other failure does: the error is not recognised. When a signal ends a call of node:http, the request emits an AbortError, and reading its body fails with "aborted".`;
  }
  if (status === 200 && call.durationMs < deadlineMs / 2)
    return `The caller was answered 200 after ${call.durationMs.toFixed(0)} ms, and ${path} never comes to an end: a part is passed off as the whole.`;
  if (status === 200)
    return `When the deadline passes, ${path} gives 200: the failure is sent as if it were an answer.`;
  return `When the deadline passes, ${path} gives ${status}.`;
}

/** A 502 for which no deadline had to pass. */
const isEarly = (call: Exchange, deadlineMs: number) =>
  statusOf(call) === 502 && call.durationMs < deadlineMs - 2;

function mendFor(call: Exchange, deadlineMs: number): string {
  if (statusOf(call) === 200 && !isPassedOn(call))
    return `Let fetchUpstream() reject, and resolve only with what the upstream answered. ${byKind}`;
  if (statusOf(call) === 200)
    return 'Wait for the end of the body, as text(response) does, before you resolve; and reject when the deadline passes.';
  if (isEarly(call, deadlineMs))
    return `console.error(error) in the catch block of app.ts shows what came, a slip of the code perhaps.${pathOf(call) === '/hang' ? ` ${rejectedAtOnce}` : ''}`;
  if (statusOf(call) === 502)
    return 'console.error(error) in the catch block of app.ts shows what came, a slip of the code perhaps. In upstream.ts reject with one kind of error for the deadline (signal.aborted ? signal.reason : error; a try block must await the call to catch its error), and test for that kind in app.ts: AbortSignal.timeout() leaves a TimeoutError, abort() without a reason an AbortError.';
  return byKind;
}

/** What the upstream answers in time, with which status. */
const inTime = { '/headers': 200, '/delay/1': 200, '/drip?duration=1': 200, '/status/500': 500 };

export const answerNotPassedOn: Diagnosis = {
  id: 'answer-not-passed-on',
  explain: (evidence) => {
    const run = patientRun(evidence);
    const lost = lastCallOf(run, '/delay/1');
    const status = lost && statusOf(lost);
    // Late on a busy machine, but a 504 may then be that of the deadline.
    if (lost && (status === 500 || status === 502 || (status === 504 && lost.durationMs < 1_000))) {
      return {
        cause: `The upstream answered /delay/1 in time, and the caller got ${status}, after ${lost.durationMs.toFixed(0)} ms: something fails when the answer has come, or the status of a failure is sent with it.`,
        mend: 'Put console.error(error) into the catch block of app.ts, and look. Where nothing is caught: set 504 and 502 in that block alone, for res.json() keeps the status that was set before.',
      };
    }
    for (const [path, wanted] of Object.entries(inTime)) {
      const call = callsOf(run, path).find((one) => statusOf(one) === 200);
      if (!run || !call) continue;
      const passedOn = Object(jsonOf(call));
      if (passedOn.status === wanted && hasUpstreamBody(run, call)) continue;
      const got =
        passedOn.status === wanted ? 'not its body' : `the status ${JSON.stringify(passedOn.status)}`;
      const mend =
        'Read the body to its end, then resolve({ status: response.statusCode, body }) with it as it came.';
      return {
        cause: `The upstream answered ${path} with status ${wanted}, and what the shop passes on has ${got}.`,
        mend:
          typeof passedOn.body === 'object'
            ? 'Pass it on as the text that it is, and wait for it: not every body is JSON, so neither JSON.parse() nor response.json().'
            : mend,
      };
    }
    return undefined;
  },
};

export const answerHeldBack: Diagnosis = {
  id: 'answer-held-back',
  explain: (evidence) => {
    const run = patientRun(evidence);
    if (!run) return undefined;
    const calls = Object.keys(inTime).flatMap((path) => callsOf(run, path));
    const answered = calls.filter((call) => statusOf(call) === 200);
    const quickestMs = Math.min(...answered.map((call) => servedMs(run, call)));
    if (answered.length === 0 || quickestMs < defaultDeadlineMs) return undefined;
    return {
      cause: `The upstream answered in time, and no caller was answered before ${quickestMs.toFixed(0)} ms had passed: the answer waits for the timer, or for something else.`,
      mend: 'Answer as soon as the body has been read. The deadline is for what does not come: Promise.race(), not Promise.all().',
    };
  },
};

export const answerTakenForFailure: Diagnosis = {
  id: 'answer-taken-for-failure',
  explain: (evidence) => {
    const run = patientRun(evidence);
    const call = lastCallOf(run, '/status/500');
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
      mend:
        status === 500
          ? 'Leave res.json({ status, body }) as it was: the shop answers 200, and the status of the upstream stands in its body.'
          : 'Resolve with it as with any other: resolve({ status: response.statusCode, body }).',
    };
  },
};
