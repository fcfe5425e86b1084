import type { Exchange } from '../exchange.ts';
import { bodyOf, jsonOf } from '../expectations.ts';
import { statusOf } from '../shop-exchanges.ts';
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

const rejectIt = `Let fetchUpstream() reject, and resolve only with what the upstream answered. ${byKind}`;

const answerForEach = `${byKind} An error middleware can do it too: it takes four arguments, (error, req, res, next), and comes after the routes.`;

const statusFirst =
  'Set it before the body is sent: res.status(504).json({ error: … }). What is set after json() comes too late, and a status within the body is for no machine.';

const toldByDeadline =
  'nobody listens to the error of the request, or it is tried again and again until the time is over';
const passItOn = "request.once('error', reject) passes it on at once, and 502 is its answer.";

export const otherErrorsAnswered: Diagnosis = {
  id: 'other-errors-answered',
  explain: (evidence) => {
    const refused = hastyRun(evidence)?.exchanges.find(
      ({ method, path }) => method === 'POST' && path === '/',
    );
    const status = refused && statusOf(refused);
    if (status !== 502 && status !== 504) return undefined;
    return {
      cause: `A body that is no JSON is answered with ${status}, and was with 400: the error middleware takes every error for one of the upstream.`,
      mend: 'Answer for the upstream in the catch block of its route; or let the middleware hand on what express.json() refused, with next(error), where error.status is set.',
    };
  },
};

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

    const broken = brokenOff
      .filter((path) => wasCalled(patient, path))
      .flatMap((path) => lastCallOf(patient, path) ?? [])
      .find((call) => statusOf(call) === 504 || statusOf(call) === 200 || isUncaught(call));
    const other = [...brokenOff, '/headers']
      .flatMap((path) => lastCallOf(patient, path) ?? [])
      .find(isOfAnotherStatus);
    if (broken && isUncaught(broken) && !evidence.runs.some(slipped)) {
      return {
        cause: `The upstream ${failureOf(broken)}, and ${pathOf(broken)} gives 500, with Express's own error page: nothing in the shop answers for that error.`,
        mend: answerForEach,
      };
    }
    if (other && !evidence.runs.some(slipped)) {
      return {
        cause: `The upstream ${other === afterLoss ? 'refused the connection' : failureOf(other)}, and ${pathOf(other)} gives ${statusOf(other)}, which the catch block answers: ${statusOf(other) === 500 ? 'a 500 is a fault of the shop itself' : '502 is what tells of an upstream that failed'}.`,
        mend: byKind,
      };
    }
    if (broken && statusOf(broken) === 200 && !isPassedOn(broken)) {
      return {
        cause: `The upstream ${failureOf(broken)}, and the caller got 200: ${failureAsAnswer(broken)}.`,
        mend: isOfCatchBlock(broken) ? statusFirst : rejectIt,
      };
    }
    if (broken && statusOf(broken) === 504 && broken.durationMs > 1_000) {
      const inTheMidst = pathOf(broken) === '/cut?bytes=4';
      return {
        cause: `The upstream ${failureOf(broken)}, and only the deadline told the caller, after ${broken.durationMs.toFixed(0)} ms: ${inTheMidst ? 'nobody listens to the error of the response' : toldByDeadline}.`,
        mend: inTheMidst
          ? "Read the body with text(response), which rejects then, or listen: response.once('error', reject). 502 is its answer."
          : passItOn,
      };
    }
    if (broken) {
      return {
        cause: `The upstream ${failureOf(broken)}, and the caller got ${statusOf(broken)}: ${statusOf(broken) === 504 ? 'no deadline had passed' : 'a part is passed off as the whole'}.`,
        mend:
          statusOf(broken) === 200
            ? "Resolve at the end of the body, not at 'close', which comes of a response that is cut off as well: it emits an error, and text(response) rejects with it. Hand that on, without a catch() that resolves."
            : pathOf(broken) === '/cut?bytes=4'
              ? `${byKind} A response that is cut off emits an error.`
              : byKind,
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

/** What the upstream does where it breaks off. */
const failures: Readonly<Record<string, string>> = {
  '/cut': 'closed the connection without an answer',
  '/cut?bytes=4': 'closed the connection in the midst of its answer',
  '/nonsense': 'answered with what is no HTTP',
};
const brokenOff = Object.keys(failures);
const failureOf = (call: Exchange) => failures[pathOf(call) ?? ''];

const pathOf = (call: Exchange) => call.path.split('from=')[1];

/** What the upstream sends of an answer that it does not end has the status 200. */
const isPassedOn = (call: Exchange) => Object(jsonOf(call)).status === 200;

/** Whether the answer has the body that the catch block of app.ts sends. */
const isOfCatchBlock = (call: Exchange) => 'error' in Object(jsonOf(call));

/** Whether it is an answer to a failure that was meant to be one, with a status of its own. */
const isOfAnotherStatus = (call: Exchange) =>
  isOfCatchBlock(call) && ![200, 502, 504, undefined].includes(statusOf(call));

/** Whether an error went on to the end, where Express answers for it. */
const isUncaught = (call: Exchange) => statusOf(call) === 500 && /<!doctype html/i.test(bodyOf(call));

const failureAsAnswer = (call: Exchange) =>
  isOfCatchBlock(call)
    ? 'the body tells of a failure, and its status does not'
    : 'the failure is sent as if it were an answer';

function causeOf(call: Exchange, deadlineMs: number): string {
  const status = statusOf(call);
  const path = pathOf(call);
  if (isEarly(call, deadlineMs)) {
    const when = path === '/hang' ? 'the call is made' : 'the headers have come';
    return `${path} gives 502 after ${call.durationMs.toFixed(0)} ms, and its deadline is ${deadlineMs} ms: something fails as soon as ${when}, and the catch block of app.ts hides what.`;
  }
  if (status === 502) {
    return `When the deadline passes, ${path} gives 502, as any other failure does: the error is not recognised. When a signal ends a call of node:http, the request emits an AbortError, and reading its body fails with "aborted"; one that is destroyed without an error of yours emits "socket hang up".`;
  }
  if (status === 200 && call.durationMs < deadlineMs / 2)
    return `The caller was answered 200 after ${call.durationMs.toFixed(0)} ms, and ${path} never comes to an end: a part is passed off as the whole.`;
  if (status === 200) return `When the deadline passes, ${path} gives 200: ${failureAsAnswer(call)}.`;
  if (isUncaught(call))
    return `When the deadline passes, ${path} gives 500, with Express's own error page: nothing in the shop answers for that error.`;
  return `When the deadline passes, ${path} gives ${status}.`;
}

/** A 502 for which no deadline had to pass. */
const isEarly = (call: Exchange, deadlineMs: number) =>
  statusOf(call) === 502 && call.durationMs < deadlineMs - 2;

function mendFor(call: Exchange, deadlineMs: number): string {
  if (isUncaught(call)) return answerForEach;
  if (statusOf(call) === 200 && isOfCatchBlock(call)) return statusFirst;
  if (statusOf(call) === 200 && !isPassedOn(call)) return rejectIt;
  if (statusOf(call) === 200)
    return 'Wait for the end of the body, as text(response) does, before you resolve; and reject when the deadline passes.';
  if (isEarly(call, deadlineMs))
    return `console.error(error) in the catch block of app.ts shows what came, a slip of the code perhaps.${pathOf(call) === '/hang' ? ` ${rejectedAtOnce}` : ''}`;
  if (statusOf(call) === 502)
    return 'console.error(error) in the catch block of app.ts shows what came, a slip of the code perhaps. In upstream.ts reject with one kind of error for the deadline (signal.aborted ? signal.reason : error, of the signal that the call was given; a try block must await the call to catch its error), and test for that kind in app.ts: AbortSignal.timeout() leaves a TimeoutError, abort() without a reason an AbortError.';
  return byKind;
}
