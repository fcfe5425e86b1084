import { defaultDeadlineMs } from '../deadlines.ts';
import { jsonOf } from '../expectations.ts';
import { servedMs } from '../shop-clock.ts';
import { hasUpstreamBody, statusOf } from '../shop-exchanges.ts';
import { callsOf, lastCallOf, patientRun } from './deadline-runs.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What the upstream answers in time, with which status. */
const inTime = {
  '/headers': 200,
  '/delay/1': 200,
  '/drip?duration=1': 200,
  '/status/404': 404,
  '/status/500': 500,
  '/status/504': 504,
};

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
        passedOn.status === wanted ? 'another body' : `the status ${JSON.stringify(passedOn.status)}`;
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
    const [wanted, call] =
      [500, 404, 504]
        .map((number) => [number, lastCallOf(run, `/status/${number}`)] as const)
        .find(([, one]) => one && statusOf(one) !== undefined && statusOf(one) !== 200) ?? [];
    if (!call || !callsOf(run, '/headers').some((one) => statusOf(one) === 200)) return undefined;
    const status = statusOf(call);
    return {
      cause: `The upstream answered with status ${wanted}, in time, and the caller got ${status}: an answer that came is no failure of the call, whatever its status.`,
      mend:
        status === wanted
          ? 'Leave res.json({ status, body }) as it was: the shop answers 200, and the status of the upstream stands in its body.'
          : 'Resolve with it as with any other: resolve({ status: response.statusCode, body }).',
    };
  },
};
