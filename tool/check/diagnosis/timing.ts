import { told } from '../evidence.ts';
import { saysAborted, type TimingLine } from '../timing-line.ts';
import type { Diagnosis } from './diagnosis.ts';
import { type About, closeAlone, linesAboutRequests, linesByRequest } from './lines.ts';

const longestCheckMs = 60_000;
/** No request of the check lasts as many, not on a busy machine either. */
const longestSeconds = 10;
/** The upstream alone keeps it for longer than this. */
const slowRoute = '/fetch-external';
const upstreamMs = 90;
const quickRoute = '/healthz';
/** By then the app has lived for longer; on a busy machine the end of a response may be seen later than by its caller. */
const livedMs = 150;
/** Between the clock that counts from 1970 and one that counts from the app's start lies more than this. */
const clocksApartMs = 1e9;
const otherUnit = /\d\s*(s|secs?|seconds?|[µu]s|ns)(?!\w)/;

export const secondsLeftOut: Diagnosis = {
  id: 'seconds-left-out',
  explain: ({ runs: [run] }) => {
    const [clock] = run ? told(run, 'split-clock') : [];
    const lines = run && clock ? linesByRequest(run) : [];
    // Where all are negative, the readings are swapped; where all are small, they are in seconds.
    if (!lines.some(([, { ms }]) => ms > longestSeconds)) return undefined;
    const either = lines.flatMap(([request]) =>
      linesOf(request.path, lines).map((line): About => [request, line]),
    );
    const short = either.find(isShortByASecond) ?? lines.find(([, { ms }]) => ms < 0 && ms > -1000);
    if (!short || !clock) return undefined;
    const [{ method, path, durationMs }, { text }] = short;
    return {
      cause: `${method} ${path} lasted ${durationMs.toFixed(0)} ms, and its line says about a second less: ${clock.clock} gives the seconds apart from what is left of them.\n  ${text}`,
      mend: 'Subtract two readings of performance.now(), which are milliseconds, however many: performance.now() - start.',
    };
  },
};

/** Where whole seconds were dropped, or a second began anew: the rest is what it lasted. */
function isShortByASecond([{ durationMs, underWayMs }, { ms, text }]: About): boolean {
  if (underWayMs === undefined || ms < -1000 || ms >= 1000 || otherUnit.test(text)) return false;
  const seconds = Math.ceil((underWayMs - 2 - ms) / 1000);
  // A busy machine sees the end of a response later than its caller.
  return seconds > 0 && ms + 1000 * seconds < durationMs + 150;
}

export const wrongUnit: Diagnosis = {
  id: 'wrong-unit',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const inOtherUnit = linesAboutRequests(run).find((line) => otherUnit.test(line));
    const lines = linesByRequest(run);
    const negative = lines.find(([, { ms }]) => ms < 0)?.[1];
    if (negative && negative.ms < -clocksApartMs) {
      return {
        cause: `The two readings are of different clocks, one that counts from 1970 and one that counts from the app's start:\n  ${negative.text}`,
        mend: 'Read the same clock both times: performance.now() - start, where start is a performance.now() too.',
      };
    }
    if (negative) {
      return {
        cause: `The duration is negative:\n  ${negative.text}`,
        mend: 'Subtract the earlier reading from the later one: performance.now() - start.',
      };
    }
    const slow = lines.filter(([{ path }]) => path.startsWith(slowRoute));
    const areSeconds = lines.every(couldBeSeconds) && slow.every(areSecondsOfUpstream);
    const inSeconds = slow.length > 1 && areSeconds && !lines.some(isOtherStatus) ? slow[0] : undefined;
    const tooLong = lines.find(([, { ms }]) => ms > longestCheckMs);
    const text = inOtherUnit ?? (inSeconds ?? tooLong)?.[1].text;
    if (text === undefined) return undefined;
    return {
      cause: `The duration is not in milliseconds:\n  ${text}`,
      mend: 'Subtract two readings of performance.now(), which are milliseconds as they are: divide by nothing, for long ones neither. process.hrtime.bigint() counts nanoseconds.',
    };
  },
};

/** A thousand times the number is what the upstream took, or more. */
function areSecondsOfUpstream([, { ms }]: About): boolean {
  return ms * 1000 >= upstreamMs && !Number.isInteger(ms);
}

/** A thousand times the number is no more than what the caller saw, or a little later: 70 ms for `/items` are no seconds. */
function couldBeSeconds([{ durationMs }, { ms }]: About): boolean {
  return ms * 1000 <= durationMs + 1000;
}

function isOtherStatus([{ outcome }, { statuses }]: About): boolean {
  return outcome.kind === 'answered' && statuses.length > 0 && !statuses.includes(outcome.status);
}

export const timedTooEarly: Diagnosis = {
  id: 'timed-too-early',
  explain: ({ runs: [run] }) => {
    const early = run && linesByRequest(run).find(isShort);
    if (!early) return undefined;
    const [{ method, path, outcome, durationMs }, { text, ms }] = early;
    const wholeSeconds = Number.isInteger(ms) && ms >= 0 && ms <= 2;
    const answer = outcome.kind === 'answered' ? `answered with ${outcome.status}` : 'given up by the caller';
    return {
      cause: `${method} ${path} was ${answer} after ${durationMs.toFixed(0)} ms, and its line says less than the upstream alone took: its end was read too early, ${wholeSeconds ? 'its start too late, or the clock counts whole seconds' : 'or its start too late'}:\n  ${text}`,
      mend: `${wholeSeconds ? 'performance.now() and Date.now() are milliseconds as they are. ' : ''}next() returns, and the request closes, long before the response is sent. ${closeAlone} Subtract there, and from a start that was read outside of it, when the request came.`,
    };
  },
};

export const wrongStatus: Diagnosis = {
  id: 'wrong-status',
  explain: ({ runs: [run] }) => {
    const lines = run ? linesByRequest(run) : [];
    const aborted = lines.find(
      ([{ outcome }, { statuses, text }]) =>
        outcome.kind === 'answered' && statuses.length === 0 && saysAborted(text),
    );
    if (aborted) {
      const [{ method, path }, { text }] = aborted;
      return {
        cause: `${method} ${path} was answered, and its line says that it was given up:\n  ${text}`,
        mend: "Where all was sent, res.writableFinished (so spelt) is true in res.once('close', …): const status = res.writableFinished ? res.statusCode : 'aborted'.",
      };
    }
    const wrong = lines.find(isOtherStatus);
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
    const short = lines.find(
      ([{ path, underWayMs = 0 }]) => Math.max(...linesOf(path, lines).map(({ ms }) => ms)) < underWayMs - 2,
    );
    const [request, line] = long ?? short ?? [];
    if (!request || !line) return undefined;
    return {
      cause: `${request.method} ${request.path} lasted ${request.durationMs.toFixed(0)} ms for its caller, and its line says ${line.ms.toFixed(0)} ms: the time is not counted from when this request came. ${long ? 'A start that is read once, when the file is loaded, is too early, and without a start nothing is subtracted.' : 'Another request came meanwhile, and its start took the place of this one.'}`,
      mend: 'Begin with const start = performance.now() inside the middleware, so that each request has a start of its own, and print performance.now() - start.',
    };
  },
};

/** Of two that are given up at once, either may be the first. */
function linesOf(path: string, lines: readonly About[]): TimingLine[] {
  return lines.filter(([request]) => request.path === path).map(([, line]) => line);
}

function isShort([{ path }, { ms }]: About): boolean {
  return path.startsWith(slowRoute) && ms < upstreamMs;
}
