import { setTimeout as delay } from 'node:timers/promises';
import { byDefault, defaultDeadlineMs, lateHeaders, lateHeadersMs } from '../tool/check/deadlines.ts';
import type { Exchange, RequestOptions } from '../tool/check/exchange.ts';
import type { Lab } from '../tool/check/lab.ts';
import { calledMs, servedMs } from '../tool/check/shop-clock.ts';
import { refusedBody } from '../tool/check/shop-exchanges.ts';
import type { ShopRun } from '../tool/check/shop-run.ts';

export const deadlineMs = 400;

/** Given up later than this, `/drip` may have been silent, as a busy machine makes it, until a deadline passed that each byte begins anew. */
const pausedMs = deadlineMs + 30;

/** Less than a deadline that begins anew with late headers, and than two in a row. */
export const lateMs = lateHeadersMs + deadlineMs - 20;

/**
 * How often it is tried, where a busy machine leaves a doubt: an answer may be late, and a deadline that ends with the
 * headers is only seen where they come before it. A round is calm where an answer with nothing to wait for is not late.
 */
const most = { pairs: 3, calmRounds: 5, rounds: 12, lives: 4, livesFarOff: 2 };
const calmMs = 50;

/** How long to wait for an answer where no deadline brings one, at first and after that. */
const patienceMs = { first: 6_000, later: 1_500 };

/**
 * Twice the deadline that the shop has by itself: after that no answer is to be expected, where the shop answers others
 * so often. On a busy machine it takes its time for them too, and what it owes comes before.
 */
const hopeless = { afterMs: 2 * defaultDeadlineMs, answers: 5 };

/** The upstream says nothing; begins and goes silent; begins late; sends a byte now and then for ever. */
export const endless = ['/hang', '/stall', lateHeaders, '/drip'];
/** The upstream breaks off, before its answer and in the midst of it, or answers with what is no HTTP. */
const brokenOff = ['/cut', '/cut?bytes=4', '/nonsense'];
const inTime = ['/headers', '/delay/1', '/drip?duration=1', '/status/404', '/status/500', '/status/504'];

/** One life with a short deadline, all of whose calls run into it, and one with the shop's own, most of whose calls do not. */
export async function timeOut(lab: Lab) {
  // The one that waits longest first: while it waits, there is time to start the other.
  const shop = await startPatient(lab);
  const [patient, hasty] = await Promise.all([stayInTime(lab, shop), runOutOfTime(lab)]);
  return { hasty, patient };
}

async function runOutOfTime(lab: Lab) {
  const env = { UPSTREAM_TIMEOUT_MS: String(deadlineMs) };
  const shop = await lab.start({ label: `UPSTREAM_TIMEOUT_MS=${deadlineMs}`, env });
  // What it leaves behind, a timer for example, has its effect before the end.
  await external(shop, '/headers');
  const beside = latenessOf(shop);
  const requests: Exchange[] = [];
  for (let pairs = 0; pairs < most.pairs; pairs++) {
    const { answers } = await asLongAsThereIsHope(shop, (giveUp) => twoRounds(shop, giveUp));
    requests.push(...(await answers));
    if (requests.every(isAnswered) || !oneAfterTheOther(shop)) break;
  }
  // An answer that comes so late, while others do not, is not that of a busy machine.
  const longer = quickestOf(requestsOf(requests, '/hang')).durationMs > patienceMs.later;
  const boundMs = longer ? patienceMs.first : patienceMs.later;
  let calm = longer && (await beside) < calmMs ? most.calmRounds : 2;
  for (let made = 2; calm < most.calmRounds && made < most.rounds; made++) {
    if (!(await inDoubt(shop, requests))) break;
    const [more, lateness] = await Promise.all([round(shop, { boundMs }), latenessOf(shop)]);
    requests.push(...more);
    if (lateness < calmMs) calm += longer ? most.calmRounds : 1;
  }
  // What the app left without an answer, it did not give up.
  const givenUp = endless.filter((path) => requestsOf(requests, path).every(isAnswered));
  await Promise.all(givenUp.map((path) => shop.released(path)));
  const [malformed, ...afterwards] = await Promise.all([
    // Refused by express.json(), which is no failure of the upstream.
    shop.post('/', refusedBody),
    shop.get('/'),
    getInTime(shop, '/headers'),
  ]);
  await shop.settle([...requests.filter(isAnswered), ...afterwards]);
  await shop.stop();
  return { shop, requests, afterwards, malformed };
}

function twoRounds(shop: ShopRun, giveUp: AbortSignal): Asked<Exchange[]> {
  const patience = { boundMs: patienceMs.first, giveUp };
  const twiceMore = (path: string) => callsOf(shop, path).length + 2;
  const all = { '/drip': twiceMore('/drip'), '/hang': twiceMore('/hang') };
  const first = round(shop, patience);
  // In the midst of the first, so that what the calls share is seen.
  const second = delay(deadlineMs / 2).then(() => roundWithHangLast(shop, patience, all['/drip']));
  const answers = Promise.all([first, second]).then((rounds) => rounds.flat());
  return { answers, arrived: shop.reached('/hang', all['/hang']) };
}

/**
 * Whether a busy machine began each round when the one before was over: then a timer that all calls share is not told
 * from one that ends with the headers.
 */
function oneAfterTheOther(shop: ShopRun): boolean {
  const [first, ...others] = callsOf(shop, '/hang');
  let untilMs = first?.closedAt ?? Infinity;
  return (
    others.length > 0 &&
    others.every(({ startedAt, closedAt = Infinity }) => {
      const isAfter = startedAt > untilMs;
      untilMs = closedAt;
      return isAfter;
    })
  );
}

function callsOf({ upstream }: ShopRun, path: string): ShopRun['upstream'] {
  return upstream.filter((call) => call.path === path);
}

/** How late the shop answers, in milliseconds, at the time when the deadlines of a round pass. */
async function latenessOf(shop: ShopRun): Promise<number> {
  const begunAt = performance.now();
  await delay(deadlineMs);
  await shop.get('/');
  return performance.now() - begunAt - deadlineMs;
}

/** Of one or more. */
function quickestOf(requests: readonly Exchange[]): Exchange {
  return requests.reduce((one, other) => (other.durationMs < one.durationMs ? other : one));
}

/** Calls of the upstream that may never be answered, and whether all of them have come to it. */
interface Asked<T> {
  readonly answers: Promise<T>;
  readonly arrived: Promise<boolean>;
}

/** Comes back when all calls have come to the upstream; from then on, there is hope for a while. */
async function asLongAsThereIsHope<T>(
  shop: ShopRun,
  ask: (giveUp: AbortSignal) => Asked<T>,
): Promise<{ answers: Promise<T> }> {
  const hope = new AbortController();
  const { answers, arrived } = ask(hope.signal);
  const wait = await Promise.race([arrived, answers.then(() => false)]);
  if (!wait) return { answers };
  const timer = setTimeout(async () => {
    for (let answered = 0; answered < hopeless.answers; answered++) await shop.get('/');
    hope.abort();
  }, hopeless.afterMs);
  return { answers: answers.finally(() => clearTimeout(timer)) };
}

type Patience = Pick<RequestOptions, 'boundMs' | 'giveUp'>;

function round(shop: ShopRun, patience: Patience, paths = endless): Promise<Exchange[]> {
  return Promise.all(paths.map((path) => external(shop, path, patience)));
}

/** Where calls share a timer, the last one has it: that has to be a call which nothing but the timer can end. */
async function roundWithHangLast(shop: ShopRun, patience: Patience, drips: number): Promise<Exchange[]> {
  const others = round(
    shop,
    patience,
    endless.filter((path) => path !== '/hang'),
  );
  await Promise.race([others, shop.reached('/drip', drips)]);
  return [await external(shop, '/hang', patience), ...(await others)];
}

export function requestsOf(requests: readonly Exchange[], path: string): Exchange[] {
  return requests.filter((request) => request.path.endsWith(path));
}

/** Where a busy machine brings the headers after the deadline, nothing can be said of what begins with them. */
export function begunLate(shop: ShopRun, requests: readonly Exchange[]): Exchange[] {
  return requestsOf(requests, lateHeaders).filter((request) => gotHeaders(shop, request));
}

function gotHeaders(shop: ShopRun, request: Exchange): boolean {
  return shop.traceOf(request).all({ kind: 'CLIENT', 'http.response.status_code': 200 }).length > 0;
}

async function inDoubt(shop: ShopRun, requests: readonly Exchange[]): Promise<boolean> {
  if (!requests.every(isAnswered)) return false;
  await shop.settle(requests);
  const late = (timed: readonly Exchange[]) => timed.every((request) => servedMs(shop, request) >= lateMs);
  const begun = (path: string) => requestsOf(requests, path).some((request) => gotHeaders(shop, request));
  return (
    late(requestsOf(requests, '/hang')) ||
    late(begunLate(shop, requests)) ||
    !begun('/stall') ||
    !begun('/drip') ||
    requestsOf(requests, '/drip').every((request) => servedMs(shop, request) >= pausedMs)
  );
}

/** With the deadline that the app has by itself. */
async function stayInTime(lab: Lab, shop: ShopRun, lives = 1): ReturnType<typeof patientLife> {
  const life = await patientLife(shop);
  if (!isAnswered(life.hung) || life.hungMs < byDefault.untilMs) return life;
  const enough = life.hungMs > 2 * defaultDeadlineMs ? most.livesFarOff : most.lives;
  return lives < enough ? stayInTime(lab, await startPatient(lab), lives + 1) : life;
}

function startPatient(lab: Lab): Promise<ShopRun> {
  return lab.start({ label: 'an upstream in time' });
}

async function patientLife(shop: ShopRun) {
  // First of all, so that a timer that they leave behind fires before the end.
  const breaking = Promise.all(brokenOff.map((path) => getInTime(shop, path)));
  const hanging = await hangOften(shop);
  const [answered, broken] = await Promise.all([
    Promise.all(inTime.map((path) => getInTime(shop, path))),
    breaking,
  ]);
  shop.loseUpstream();
  const refused = await getInTime(shop, '/headers');
  await shop.settle([...answered, refused]);
  const hangs = await hanging.answers;
  // Once more, for what a deadline has left behind.
  const refusedThen = await getInTime(shop, '/headers');
  await shop.stop();
  const hungMs = Math.min(...hangs.map((request) => calledMs(shop, request)));
  return { shop, answered, hung: quickestOf(hangs), hungMs, broken, refused, refusedThen };
}

/** Three calls a little apart, since a busy machine is late for one and seldom for all; comes back when all wait. */
async function hangOften(shop: ShopRun): Promise<{ answers: Promise<Exchange[]> }> {
  const pausesMs = [0, 40, 80];
  const call = async (pauseMs: number, giveUp: AbortSignal) => {
    await delay(pauseMs);
    return external(shop, '/hang', { giveUp });
  };
  return asLongAsThereIsHope(shop, (giveUp) => ({
    answers: Promise.all(pausesMs.map((pauseMs) => call(pauseMs, giveUp))),
    arrived: shop.reached('/hang', pausesMs.length),
  }));
}

/** On a machine so busy that the deadline passes all the same, it is tried again. */
async function getInTime(shop: ShopRun, path: string, left = most.calmRounds): Promise<Exchange> {
  const request = await external(shop, path);
  const { outcome } = request;
  // Once more where nothing ever came to the upstream: that is no machine's doing.
  const last = shop.upstream.length > 0 ? 1 : most.calmRounds - 1;
  const again = outcome.kind === 'answered' && outcome.status === 504 && left > last;
  return again ? getInTime(shop, path, left - 1) : request;
}

function external(
  shop: ShopRun,
  path: string,
  { boundMs = patienceMs.first, ...patience }: Patience = {},
): Promise<Exchange> {
  return shop.get(`/fetch-external?from=${path}`, { boundMs, ...patience });
}

function isAnswered({ outcome }: Exchange): boolean {
  return outcome.kind === 'answered';
}
