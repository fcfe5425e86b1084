import type { AppRun } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { nameOf } from '../shop-exchanges.ts';
import {
  missingParts,
  readsAnswered,
  saysAborted,
  saysOk,
  type TimingLine,
  timingLineOf,
  timingLinesOf,
  withSameRoute,
} from '../timing-line.ts';
import type { Diagnosis } from './diagnosis.ts';
import { type About, closeAlone, linesAboutRequests, linesByRequest, otherLines } from './lines.ts';

export const routeMissing: Diagnosis = {
  id: 'route-missing',
  explain: ({ runs: [run] }) => {
    const noRoute = /Cannot read properties of undefined \(reading '(path|route)'\)/;
    const thrown = run?.output.find((line) => noRoute.test(line));
    const printed = run && linesAboutRequests(run).find(tellsNoRoute);
    if (!thrown && !printed) return undefined;
    return {
      cause: thrown
        ? `The line is put together from req.route, which is not always there: ${thrown.trim()}`
        : `The app printed "undefined" in the place of a route:\n  ${printed}`,
      mend: 'Read req.route when the response is over, for before that nobody has chosen it. A 404 never has one: write req.route?.path ?? req.path.',
    };
  },
};

/** One that tells a path has another value that is undefined. */
function tellsNoRoute(line: string): boolean {
  return /\bundefined\b/.test(line) && !/(^|[\s"'=:])\//.test(line);
}

export const lineBroken: Diagnosis = {
  id: 'line-broken',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const inObject = run.output.some((line) => /^\s*["']?method["']?: ["'](GET|POST)["'],$/.test(line));
    if (run.output.some((line) => /^\s+"method": "(GET|POST)",?$/.test(line))) {
      return {
        cause:
          'JSON.stringify() breaks the object into several lines where it is told how far to indent, and a request should have one.',
        mend: 'Give it the object alone: JSON.stringify({ … }), without null, 2.',
      };
    }
    if (!inObject && !durationsStandAlone(run)) return undefined;
    return {
      cause: inObject
        ? 'console.log() breaks a long object into several lines, and a request should have one.'
        : 'Method and milliseconds stand in lines of their own: each console.log() begins a new one, and a request should have one.',
      mend: 'Print all four with one console.log(): a text, or JSON.stringify({ … }).',
    };
  },
};

function durationsStandAlone(run: AppRun): boolean {
  const alone = run.output.filter((line) => /^\W*(\w+\s*[:=]?\s*)?\d[\d.,]*\s*m?s\W*$/i.test(line));
  return alone.length > 1 && linesAboutRequests(run).length > 1 && linesByRequest(run).length === 0;
}

export const timedTwice: Diagnosis = {
  id: 'timed-twice',
  explain: ({ runs: [run] }) => {
    const lines = run?.exchanges.map((request) => ({
      request,
      count: timingLinesOf(run.output, request).length,
      requests: withSameRoute(request, run.exchanges).length,
    }));
    const twice = lines?.find(({ count, requests }) => count > requests);
    // A line that is taken for another's is one too many here, and one too few there.
    if (!twice || lines?.some(({ count }) => count === 0)) return undefined;
    const { request, count, requests } = twice;
    const times = requests === 1 ? 'once' : `${requests} times`;
    return {
      cause: `${request.method} ${request.path} was asked ${times}, and has ${count} lines. A response that is sent whole emits 'finish' and 'close', and a middleware that is mounted twice runs twice.`,
      mend: `${closeAlone} And mount it once: app.use(timing).`,
    };
  },
};

export const abortNotTimed: Diagnosis = {
  id: 'abort-not-timed',
  explain: ({ runs: [run] }) => {
    const silent =
      run?.exchanges.filter((request) => !timingLineOf(run.output, request, run.exchanges)) ?? [];
    const [first] = silent;
    if (!run || !first || silent.some(({ outcome }) => outcome.kind !== 'aborted')) return undefined;
    const untimed = linesAboutRequests(run).find((line) => missingParts(line).includes('milliseconds'));
    if (untimed) {
      return {
        cause: `The caller of ${nameOf(first)} hung up before the answer, and the line of that request has no milliseconds:\n  ${untimed}`,
        mend: 'Print the same line for both: only the status is another.',
      };
    }
    return {
      cause: `The caller of ${nameOf(first)} hung up before the answer, and that request has no line. 'finish' never comes for a response that is not sent, and res.writableFinished stays false.`,
      mend: `${closeAlone} Let no condition keep the line back.`,
    };
  },
};

export const abortedNotSaid: Diagnosis = {
  id: 'aborted-not-said',
  explain: ({ runs: [run] }) => {
    const lines = run ? linesByRequest(run) : [];
    const [request, line] = lines.find(([one, text]) => isUnsaid(one, text, lines)) ?? [];
    if (!request || !line) return undefined;
    const status = saysOk(line)
      ? 'its line says 200, which nobody got, as that of an answered one does: res.statusCode is 200 from the start'
      : 'nobody got a status, and its line has none to tell';
    return {
      cause: `The caller of ${nameOf(request)} hung up before the answer, and ${status}.\n  ${line.text}`,
      mend: "Say so in its place: const status = res.writableFinished ? res.statusCode : 'aborted'.",
    };
  },
};

function isUnsaid(request: Exchange, line: TimingLine, lines: readonly About[]): boolean {
  const routeOf = ({ path }: Exchange) => path.split('?')[0];
  const [, answered] =
    lines.find(([one]) => one.outcome.kind === 'answered' && routeOf(one) === routeOf(request)) ?? [];
  return request.outcome.kind === 'aborted' && readsAnswered(line, answered);
}

export const lineIncomplete: Diagnosis = {
  id: 'line-incomplete',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const setter = run.output.find((line) => /\bfunction status\(|\[Function: status\]/.test(line));
    if (setter) {
      return {
        cause: `The line has the code of res.status() in the place of a status: that is the function which sets one.\n  ${setter}`,
        mend: 'Read res.statusCode, which is the number.',
      };
    }
    const noNumber = [...linesAboutRequests(run), ...otherLines(run)].find(tellsNoNumber);
    if (noNumber) {
      return {
        cause: `What stands in the place of the milliseconds is no number:\n  ${noNumber}`,
        mend: 'Call the clock both times, performance.now() with its parentheses, subtract, and print after that.',
      };
    }
    const noStatus = linesByRequest(run).find(
      ([{ outcome }, { statuses, text }]) =>
        outcome.kind === 'answered' && statuses.length === 0 && !saysAborted(text),
    )?.[1].text;
    const text = noStatus ?? lineWithoutDuration(run);
    const missing = noStatus ? ['status'] : missingParts(text ?? '');
    if (text === undefined || missing.length === 0) return undefined;
    return {
      cause: `The line does not tell the ${missing.join(', ').replace(/, (\w+)$/, ' and $1')}:\n  ${text}`,
      mend: `Print all four: \${req.method} \${req.route?.path ?? req.path} \${res.statusCode} \${ms} ms.`,
    };
  },
};

/** Also of a number that is not there: `NaN ms`, `undefined ms`, `"ms":null`. */
function tellsNoNumber(line: string): boolean {
  return /\bNaN\b|\b(undefined|null)\s*ms\b|(ms|millis|duration|took)\w*["']?\s*[:=]\s*["']?(undefined|null)\b/i.test(
    line,
  );
}

/** One of many, so that it is no chance: of each answer a line, and of most of them none that is timed. */
function lineWithoutDuration(run: AppRun): string | undefined {
  const answered = run.exchanges.filter(({ outcome }) => outcome.kind === 'answered');
  const timed = answered.filter((request) => timingLineOf(run.output, request, run.exchanges));
  const about = linesAboutRequests(run);
  const lines = about.length > 0 ? about : otherLines(run);
  return timed.length < answered.length / 2 && lines.length >= answered.length ? lines[0] : undefined;
}

export const noTimingLine: Diagnosis = {
  id: 'no-timing-line',
  explain: ({ runs: [run] }) => {
    if (!run?.exchanges.some(({ outcome }) => outcome.kind === 'answered')) return undefined;
    const unfilled = run.output.find((line) => line.includes('${'));
    if (unfilled) {
      return {
        cause: `The app printed its line as it stands in the code: a text in quotes is not filled in.\n  ${unfilled}`,
        mend: `Put the text into backticks: \`\${req.method} … ms\`.`,
      };
    }
    const lines = linesAboutRequests(run);
    if (lines.length === 0) {
      return {
        cause: 'Requests were answered, and the app printed no line about them.',
        mend: "Mount the middleware with app.use(timing) before the routes, and print in res.once('close', …).",
      };
    }
    const printed = lines.map((line) => `  ${line}`).join('\n');
    const untold = run.exchanges.find((request) => !timingLineOf(run.output, request, run.exchanges));
    if (untold && lines.length >= run.exchanges.length) {
      return {
        cause: `No line tells all four of ${nameOf(untold)}; the app printed:\n${printed}`,
        mend: 'Mount the middleware with app.use(timing). Where no route was found, print the path: req.route?.path ?? req.path.',
      };
    }
    return {
      cause: `${run.exchanges.length} requests were made, and the app printed about them only:\n${printed}`,
      mend: `Every request has a line, whatever its route or status and however quick: let no condition keep it back. Mount the middleware before everything else, and without a path: app.use(timing). ${closeAlone}`,
    };
  },
};
