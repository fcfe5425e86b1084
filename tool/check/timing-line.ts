import { stripVTControlCharacters } from 'node:util';
import type { Exchange } from './exchange.ts';
import { routes } from './shop-exchanges.ts';

/** A line of the app's output that tells how long a request took. */
export interface TimingLine {
  readonly text: string;
  /** Every number in it that could be an HTTP status. */
  readonly statuses: readonly number[];
  readonly ms: number;
  /** Whether a unit or a name says that these are its milliseconds. */
  readonly named: boolean;
}

// `12.3 ms`, `12ms`, `12 milliseconds`; `-12.3 ms`, where the later reading was subtracted from the start
const withUnit =
  /(?:(?<=^|[\s=:(["'])-)?(\d{1,3}(?:[\u00a0\u202f\u2009’']\d{3})+(?:[.,]\d+)?|\d(?:[\d.,]*\d)?(?:e\+\d+)?)\s*(?:ms|msecs?|millis|milliseconds?)(?!\w|\s*[=:]\s*\d)/gi;
// `ms=12.3`, `"durationMs":12.3`, `duration_ms: '12.3'`, `took 12.3`
const named =
  /(?:(?:\b|_)ms|Ms|[Mm]illis(?:econds)?|[Dd]uration|[Ee]lapsed|[Tt]ook|[Ll]atency|[Rr]esponse_?[Tt]ime)(?:_?ms|Ms)?["']?\s*[=:]?\s*["']?(-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)/;
// `"dur":12.3`, `time=12.3`, `rt: 12.3`
const shortlyNamed = /\b(?:time|dur|rt)["']?\s*[=:]\s*["']?(-?\d+(?:\.\d+)?)/;
/** When something was, and not how long it lasted: `startMs=908.6`, `time=1795821909`. */
const moment = /\b(?:start|end|begin)\w*["']?\s*[=:]\s*["']?[\d.]+|\btime["']?\s*[=:]\s*["']?\d{10,}/gi;
const dateAndTime = /\d{4}-\d\d-\d\d|\d\d?:\d\d:\d\d(?:\.\d+)?/g;
const epochMs = 1e11;
/** What stands for the status where nobody got one. */
const ofNobody = [200, 499];

/** The lines about a request, in whatever form they are: its method, its route, and a number of milliseconds. */
export function timingLinesOf(output: readonly string[], request: Exchange): TimingLine[] {
  const lines = output.flatMap((text) => readTimingLine(text, request) ?? []);
  const namedLines = lines.filter(({ named }) => named);
  // Beside them, one with a number tells something else: that the request came, for example.
  return namedLines.length > 0 ? namedLines : lines;
}

/** The line about one of the requests, where some share a route: their lines are in the order of the requests. */
export function timingLineOf(
  output: readonly string[],
  request: Exchange,
  requests: readonly Exchange[],
): TimingLine | undefined {
  return timingLinesOf(output, request)[withSameRoute(request, requests).indexOf(request)];
}

/** The requests that have the method and route of this one, itself among them. */
export function withSameRoute(request: Exchange, requests: readonly Exchange[]): Exchange[] {
  return requests.filter((one) => one.method === request.method && routeOf(one) === routeOf(request));
}

/**
 * Whether a line about a request that was given up reads as one about an answered request: with the status that every
 * response has before it is sent, or with nothing in its place, and in the same words. `answered` is of the same route.
 */
export function readsAnswered(line: TimingLine, answered: TimingLine | undefined): boolean {
  const lacksStatus =
    /\b(NaN|undefined)\b/.test(line.text) &&
    !line.statuses.some((one) => one >= 400) &&
    !dash.test(line.text);
  if (!saysOk(line) && !lacksStatus) return false;
  return answered ? phraseOf(line) === phraseOf(answered) : !saysAborted(line.text);
}

export function saysOk({ statuses, ms, named }: TimingLine): boolean {
  return statuses.includes(200) && (named || ms !== 200);
}

const dash = /(?<=^|\s)[-–—]+(?=\s|$)/;

/** Its words, without what differs from request to request, the query of an address among it. */
function phraseOf({ text }: TimingLine): string {
  return stripVTControlCharacters(text)
    .replace(/\?[^\s"]*/g, '')
    .replace(/[\w.:-]*\d[\w.:-]*|\b(?:NaN|undefined|null)\b/g, '?')
    .replace(new RegExp(dash, 'g'), '?');
}

/** Whether the line says in words that its request was given up. */
export function saysAborted(line: string): boolean {
  return /\babort(?!\w*["']?\s*[=:]\s*["']?(?:false|no|0|null|undefined)\b)|\bclosed\b|\bcancel|\bdisconnect|\b(given|gave|hung) up\b|finished\W+false/i.test(
    line,
  );
}

type LinePart = 'method' | 'route' | 'status' | 'milliseconds';

/** What a line does not tell, whatever request it is about. */
export function missingParts(text: string): LinePart[] {
  const line = stripVTControlCharacters(text).replace(/https?:\/\/[^/\s]+/, '');
  const words = wordsOf(line);
  const [status] = numbersIn(withoutDurations(line)).filter(isStatus);
  const told: Record<LinePart, boolean> = {
    method: words.some((word) => /^(GET|POST)$/i.test(word)),
    route: words.some((word) => word.startsWith('/')),
    status: status !== undefined,
    milliseconds: millisecondsIn(line, status) !== undefined,
  };
  return (Object.keys(told) as LinePart[]).filter((part) => !told[part]);
}

function readTimingLine(text: string, request: Exchange): TimingLine | undefined {
  const line = stripVTControlCharacters(text).replace(/https?:\/\/[^/\s]+/, '');
  const words = wordsOf(line);
  if (!words.some((word) => word.toUpperCase() === request.method) || !tellsRoute(words, request)) return;
  const found = millisecondsIn(line, statusOf(request), request.durationMs);
  if (found === undefined || text.startsWith('(node:')) return undefined;
  return { text, ...found, statuses: numbersIn(withoutDurations(line)).filter(isStatus) };
}

/**
 * A request that came to no route has none to tell: its path, a dash or nothing will do, but not `undefined`. A line
 * with another route is about another request, that may have taken 404 ms.
 */
function tellsRoute(words: readonly string[], request: Exchange): boolean {
  if (words.some((word) => withoutSlash(word) === routeOf(request))) return true;
  const status = statusOf(request);
  if ((status !== 404 && status !== 400) || !words.includes(String(status))) return false;
  return !words.some((word) => word === 'undefined' || routes.includes(word));
}

/** As a router has it: `/items/`. */
const withoutSlash = (word: string) => word.replace(/(?<=.)\/$/, '');

/** `tookMs` tells what 1,234 is: with a comma for a point, or with one after the thousands. */
function millisecondsIn(
  line: string,
  status: number | undefined,
  tookMs = 0,
): Pick<TimingLine, 'ms' | 'named'> | undefined {
  // The longest of several: the others are parts of it.
  const durations = durationsIn(line, tookMs).map(({ ms }) => ms);
  if (durations.length > 0) return { ms: Math.max(...durations), named: true };
  const lasting = line.replace(dateAndTime, '').replace(moment, '');
  const [, said] = named.exec(lasting) ?? shortlyNamed.exec(lasting) ?? [];
  if (said !== undefined && !(Number(said) > epochMs)) return { ms: readNumber(said, tookMs), named: true };

  // Bare numbers, as `console.log(method, route, status, ms)` prints them.
  const numbers = numbersIn(line);
  const at = numbers.findIndex((number) =>
    status === undefined ? ofNobody.includes(number) : number === status,
  );
  const alone = status === undefined && numbers.length === 1;
  const others = numbers.filter((_, index) => alone || index !== at);
  const ms = nearest(others, tookMs);
  return ms === undefined ? undefined : { ms, named: false };
}

/** Beside the milliseconds there may be a length or a count. Of two that are as near the last. */
function nearest(numbers: readonly number[], to: number): number | undefined {
  return numbers.toReversed().toSorted((a, b) => Math.abs(a - to) - Math.abs(b - to))[0];
}

interface Duration {
  readonly ms: number;
  /** The part of the line. */
  readonly from: number;
  readonly to: number;
}

function durationsIn(line: string, tookMs = 0): Duration[] {
  const found = [...line.matchAll(withUnit)].map((match) => {
    const [all, digits = ''] = match;
    // As in `GET,/items,200,12 ms`, where a comma ends the number before.
    const inList = line[match.index - 1] === ',';
    const number = inList ? digits.slice(digits.lastIndexOf(',') + 1) : digits;
    const ms = readNumber(number, tookMs) * (all.startsWith('-') ? -1 : 1);
    return {
      ms,
      from: match.index + all.indexOf(digits) + digits.length - number.length,
      to: match.index + all.length,
    };
  });
  return found.filter(({ ms }) => Number.isFinite(ms));
}

/** Of whatever country: 1234.5, 1234,5, 1,234.5, 1.234,5 or 1’234.5. */
function readNumber(digits: string, tookMs: number): number {
  // As toPrecision() writes a long one.
  if (digits.includes('e')) return Number(digits);
  const joined = digits.replace(/[\u00a0\u202f\u2009’']/g, '');
  if (/^-?\d{1,3}(,\d{3})+\.\d+$/.test(joined)) return Number(joined.replaceAll(',', ''));
  if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(joined)) return Number(joined.replaceAll('.', '').replace(',', '.'));
  if (/^-?[1-9]\d{0,2}([.,]\d{3})+$/.test(joined)) {
    const grouped = Number(joined.replace(/[.,]/g, ''));
    const pointed = Number(joined.replace(',', '.'));
    const offBy = (ms: number) => Math.abs(Math.log(Math.abs(ms) / tookMs));
    if (tookMs >= 700 && !(offBy(pointed) < offBy(grouped))) return grouped;
  }
  if (/^-?\d+,\d+$/.test(joined)) return Number(joined.replace(',', '.'));
  return Number(joined.split(',').at(-1));
}

function withoutDurations(line: string): string {
  return durationsIn(line).reduceRight((rest, { from, to }) => rest.slice(0, from) + rest.slice(to), line);
}

function numbersIn(line: string): number[] {
  // Without #12, by which some number their requests.
  const words = wordsOf(line.replace(dateAndTime, '').replace(/#\d+/g, ''));
  return words
    .filter((word) => /^\d+(?:\.\d+)?$/.test(word))
    .map(Number)
    .filter((n) => n < epochMs);
}

function wordsOf(line: string): string[] {
  return line
    .replace(/[-=]+>/g, ' ')
    .split(/[^\w./~%*-]+/)
    .map((word) => word.replace(/\.+$/, ''));
}

function isStatus(number: number): boolean {
  return Number.isInteger(number) && number >= 100 && number <= 599;
}

function routeOf({ path }: Exchange): string {
  return path.split('?')[0] ?? path;
}

function statusOf({ outcome }: Exchange): number | undefined {
  return outcome.kind === 'answered' ? outcome.status : undefined;
}
