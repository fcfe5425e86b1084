import type { AppRun } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { type TimingLine, timingLineOf, timingLinesOf, withSameRoute } from '../timing-line.ts';
import type { Diagnosis } from './diagnosis.ts';

const closeAlone =
  "Print in res.once('close', …) and nowhere else: it comes once for every response, also for an aborted one, and only when it is over.";

const longestCheckMs = 60_000;
/** The upstream alone keeps it for longer than this. */
const slowRoute = '/fetch-external';
const upstreamMs = 90;
const quickRoute = '/healthz';
/** By then the app has lived for longer; on a busy machine the end of a response may be seen later than by its caller. */
const livedMs = 150;

/** What the app printed about the requests, in whatever shape. */
const linesAboutRequests = ({ output }: AppRun) =>
  // Without Node's own warnings.
  output.filter((line) => /\b(GET|POST)\b/i.test(line) && !line.startsWith('(node:'));

type About = readonly [request: Exchange, line: TimingLine];

function linesByRequest({ output, exchanges }: AppRun): About[] {
  return exchanges.flatMap((request) => {
    const line = timingLineOf(output, request, exchanges);
    return line ? [[request, line]] : [];
  });
}

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

export const wrongUnit: Diagnosis = {
  id: 'wrong-unit',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const otherUnit = linesAboutRequests(run).find((line) =>
      /\d\s*(s|secs?|seconds?|[µu]s|ns)(?![\w])/.test(line),
    );
    const lines = linesByRequest(run);
    const negative = lines.find(([, { ms }]) => ms < 0)?.[1].text;
    if (negative) {
      return {
        cause: `The duration is negative:\n  ${negative}`,
        mend: 'Subtract the earlier reading from the later one: performance.now() - start.',
      };
    }
    const slow = lines.filter(([{ path }]) => path.startsWith(slowRoute));
    const inSeconds =
      slow.length > 1 && slow.every(isInSeconds) && !lines.some(isOtherStatus) ? slow[0] : undefined;
    const tooLong = lines.find(([, { ms }]) => ms > longestCheckMs);
    const text = otherUnit ?? (inSeconds ?? tooLong)?.[1].text;
    if (text === undefined) return undefined;
    return {
      cause: `The duration is not in milliseconds:\n  ${text}`,
      mend: 'Subtract two readings of performance.now(), which are milliseconds; process.hrtime.bigint() counts nanoseconds.',
    };
  },
};

/** A thousand times the number lies between what the upstream took and what the caller saw, or a little later. */
function isInSeconds([{ durationMs }, { ms }]: About): boolean {
  return ms * 1000 >= upstreamMs && ms * 1000 <= durationMs + 1000 && !Number.isInteger(ms);
}

function isOtherStatus([{ outcome }, { statuses }]: About): boolean {
  return outcome.kind === 'answered' && statuses.length > 0 && !statuses.includes(outcome.status);
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
    if (!first || silent.some(({ outcome }) => outcome.kind !== 'aborted')) return undefined;
    return {
      cause: `The caller of ${first.method} ${first.path} hung up before the answer, and that request has no line: 'finish' never comes for a response that is not sent.`,
      mend: closeAlone,
    };
  },
};

export const timedTooEarly: Diagnosis = {
  id: 'timed-too-early',
  explain: ({ runs: [run] }) => {
    const early = run && linesByRequest(run).find(isShort);
    if (!early) return undefined;
    const [{ method, path, outcome, durationMs }, { text }] = early;
    const answer = outcome.kind === 'answered' ? `answered with ${outcome.status}` : 'given up by the caller';
    return {
      cause: `${method} ${path} was ${answer} after ${durationMs.toFixed(0)} ms, and the time in its line was taken before that:\n  ${text}`,
      mend: `next() returns, and the request closes, long before the response is sent. ${closeAlone} Subtract there, and from a start that was read outside of it.`,
    };
  },
};

export const wrongStatus: Diagnosis = {
  id: 'wrong-status',
  explain: ({ runs: [run] }) => {
    const wrong = run && linesByRequest(run).find(isOtherStatus);
    if (!wrong) return undefined;
    const [{ method, path, outcome }, { text }] = wrong;
    return {
      cause: `${method} ${path} was answered with ${outcome.kind === 'answered' ? outcome.status : 'nothing'}, and its line says something else:\n  ${text}`,
      mend: "Read res.statusCode when the response is over, in res.once('close', …): until it is sent, it is 200 for all.",
    };
  },
};

export const startNotItsOwn: Diagnosis = {
  id: 'start-not-its-own',
  explain: ({ runs: [run] }) => {
    const lines = run ? linesByRequest(run) : [];
    const long = lines.find(
      ([{ path, durationMs }, { ms }]) => path === quickRoute && ms > durationMs + livedMs,
    );
    const short = lines.find(([{ underWayMs = 0 }, { ms }]) => ms < underWayMs - 2);
    const [request, line] = long ?? short ?? [];
    if (!request || !line) return undefined;
    return {
      cause: `${request.method} ${request.path} lasted ${request.durationMs.toFixed(0)} ms for its caller, and its line says ${line.ms.toFixed(0)} ms: the time is not counted from when this request came. ${long ? 'A start that is read once, when the file is loaded, is too early.' : 'Another request came meanwhile, and its start took the place of this one.'}`,
      mend: 'Begin with const start = performance.now() inside the middleware, so that each request has a start of its own.',
    };
  },
};

function isShort([{ path }, { ms }]: About): boolean {
  return path.startsWith(slowRoute) && ms < upstreamMs;
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
    const noStatus = linesByRequest(run).find(
      ([{ outcome }, { statuses }]) => outcome.kind === 'answered' && statuses.length === 0,
    )?.[1].text;
    const answered = run.exchanges.filter(({ outcome }) => outcome.kind === 'answered');
    const lines = linesAboutRequests(run);
    const timed = answered.filter((request) => timingLineOf(run.output, request, run.exchanges));
    // The line of a request that came to no route need not tell one.
    const noDuration = timed.length < answered.length / 2 && lines.length >= answered.length;
    const text = noStatus ?? (noDuration ? lines[0] : undefined);
    if (text === undefined) return undefined;
    return {
      cause: `The line does not tell ${noStatus ? 'the status' : 'route and milliseconds'}:\n  ${text}`,
      mend: `Print all four: \${req.method} \${req.route?.path ?? req.path} \${res.statusCode} \${ms} ms.`,
    };
  },
};

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
    return {
      cause: `${run.exchanges.length} requests were made, and the app printed about them only:\n${lines.map((line) => `  ${line}`).join('\n')}`,
      mend: `Every request has a line, whatever its status and however quick. Mount the middleware before everything else. ${closeAlone}`,
    };
  },
};
