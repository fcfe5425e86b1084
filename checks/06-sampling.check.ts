import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { checkStep } from '../tool/check/define.ts';
import type { Exchange } from '../tool/check/exchange.ts';
import { expectHealthy, expectSeededItems, expectStatus, expectThat } from '../tool/check/expectations.ts';
import type { Lab } from '../tool/check/lab.ts';
import { highestPlace, judgeQuarter, quarterOf } from '../tool/check/quarter.ts';
import { decisionIn, keptOf, type ParentDecision, traceIdsOf } from '../tool/check/sampled-run.ts';
import type { SeenTrace } from '../tool/check/seen-trace.ts';
import type { ShopRun } from '../tool/check/shop-run.ts';
import { expectSentOnce, expectUnbroken, expectWholeInside } from '../tool/check/whole-traces.ts';

/** What a trace of each path is made of, where it is whole. */
const parts = {
  '/': [{ kind: 'SERVER' }, { 'express.type': 'request_handler' }],
  '/items': [{ kind: 'SERVER' }, { 'express.type': 'request_handler' }, { 'db.system.name': 'sqlite' }],
  '/fetch-external': [{ kind: 'SERVER' }, { 'express.type': 'request_handler' }, { kind: 'CLIENT' }],
  '/no-such-page': [{ kind: 'SERVER' }],
} as const;

checkStep(
  async (lab) => {
    const [some, all, none, unset] = await Promise.all([
      visit(lab, { ratio: '0.25', count: quarterOf.first, inDoubt: quarterInDoubt }),
      // POST requests often enough to tell a rule about them from chance.
      visit(lab, { ratio: '1', count: 40, posts: 3 }),
      visit(lab, { ratio: '0', count: 20 }),
      visitWithoutRatio(lab),
    ]);
    return { none, some, all, unset, visits: [none, some, all, unset] };
  },

  ({ proves, seen }) => {
    const arrival = [
      'tracing-not-loaded',
      'provider-not-registered',
      'other-provider',
      'endpoint-hard-coded',
    ];
    // The sampler is a class of the learner's own because of the rule.
    const sections = {
      'class-not-instance': 'the-rule',
      'rule-too-broad': 'the-rule',
      'sampler-answers-nothing': 'the-rule',
      'sampler-arguments': 'the-rule',
    };
    const ratio = {
      guide: 'the-ratio',
      sections,
      mistakes: [
        ...arrival,
        'not-batched',
        'errors-kept',
        'root-sampler-missing',
        'ratio-always-one',
        'sampler-not-given',
        'still-always-on',
        'recorded-not-sampled',
        'no-exporter',
        'rule-too-broad',
        'ratio-inverted',
        'ratio-zero-is-default',
        'ratio-as-percent',
        'ratio-cut-off',
        'ratio-not-read',
        'ratio-hard-coded',
        'wrong-ratio',
        'broken-traces',
      ],
    };
    const parent = {
      guide: 'the-parent',
      sections,
      mistakes: [...arrival, 'not-batched', 'sampler-left-out', 'broken-traces', 'parent-ignored'],
    };

    const answers = {
      guide: 'the-ratio',
      mistakes: ['sampler-among-processors', 'sampler-arguments'],
      sections,
    };
    proves('the shop answers as before, whatever the ratio', answers, () => {
      for (const { roots, followed, left, health, conflicts, failed } of seen().visits) {
        for (const request of [...roots, ...followed, ...left]) expectStatus(request, 200);
        for (const request of conflicts) expectStatus(request, 409);
        for (const request of failed) expectStatus(request, 502);
        for (const items of roots.filter(({ path }) => path === '/items')) expectSeededItems(items);
        for (const request of health) expectHealthy(request);
      }
    });

    proves('OTEL_TRACES_SAMPLER_ARG=1 exports every trace', ratio, () => {
      const { shop, roots, conflicts, missing, failed } = seen().all;
      for (const request of [...roots, ...conflicts, ...missing, ...failed])
        expectWhole(shop.traceOf(request), request);
    });

    proves('OTEL_TRACES_SAMPLER_ARG=0 exports none', ratio, () => {
      const { shop, roots, conflicts, missing, failed } = seen().none;
      for (const request of [...roots, ...conflicts, ...missing, ...failed])
        expect(shop.traceOf(request)).not.toHaveSpan({});
    });

    proves('OTEL_TRACES_SAMPLER_ARG=0.25 exports about a quarter', ratio, () => {
      const { shop, roots } = seen().some;
      const { verdict, kept, atLeast, atMost, ratio } = quarterKept(shop, roots);
      if (verdict === 'right') return;
      const chance = ratio ? '' : `, ${atLeast} to ${atMost} to allow for chance`;
      const byIds = ratio ? `, and by their trace ids the ratio is about ${ratio.about.toPrecision(2)}` : '';
      expect.fail(
        `Expected a quarter of ${roots.length} traces with OTEL_TRACES_SAMPLER_ARG=0.25${chance}: ${kept} arrived${byIds}.`,
      );
    });

    const unset = {
      ...ratio,
      mistakes: [...arrival, 'not-batched', 'sampler-left-out', 'ratio-without-default', ...ratio.mistakes],
    };
    proves('without OTEL_TRACES_SAMPLER_ARG every trace is exported', unset, () => {
      const { shop, roots } = seen().unset;
      for (const request of roots) expectWhole(shop.traceOf(request), request);
    });

    const whole = {
      guide: 'the-parent',
      mistakes: ['exported-twice', 'not-batched', 'broken-traces', 'parent-ignored'],
    };
    proves('a trace is whole or absent', whole, () => {
      for (const { shop, roots } of seen().visits) {
        expectUnbroken(shop);
        expectWholeInside(shop);
        expectSentOnce(shop);
        for (const request of keptOf(shop, roots)) expectWhole(shop.traceOf(request), request);
      }
    });

    proves('a trace that the caller sampled is followed, whatever the ratio', parent, () => {
      for (const { shop, followed } of seen().visits) {
        for (const request of followed) expectWhole(shop.traceOf(request), request);
      }
    });

    proves('a trace that the caller did not sample is not exported, whatever the ratio', parent, () => {
      for (const { shop, left } of seen().visits) {
        for (const request of left) expect(shop.traceOf(request)).not.toHaveSpan({});
      }
    });

    const upstream = {
      guide: 'the-parent',
      mistakes: [...arrival, 'not-batched', 'broken-traces', 'outgoing-not-linked'],
    };
    proves('the upstream is told the same decision', upstream, () => {
      for (const { shop, roots, followed, left } of seen().visits) {
        for (const request of [...roots, ...followed, ...left].filter(isExternal)) {
          const told = shop.upstream.find(({ path }) => request.path.endsWith(`from=${path}`));
          const traceparent = told?.headers.traceparent;
          const kept = keptOf(shop, [request]).length > 0;
          const wanted = kept ? 'that the trace is sampled (…-01)' : 'that the trace is not sampled (…-00)';
          expectThat(
            saysSampled(traceparent) === kept,
            `Expected the upstream to be told in the traceparent header ${wanted}; it got ${traceparent ?? 'none'}.`,
          );
        }
      }
    });

    proves(
      '/healthz never appears, nor what is inside of it',
      {
        guide: 'the-rule',
        mistakes: [...arrival, 'sampler-left-out', 'parent-ignored', 'health-checks-kept'],
      },
      () => {
        for (const { shop, health } of seen().visits) {
          for (const request of health) expect(shop.traceOf(request)).not.toHaveSpan({});
          expect(shop.allSpans).not.toHaveSpan({ 'http.route': '/healthz' });
        }
      },
    );
  },
);

interface VisitOptions {
  /** Of OTEL_TRACES_SAMPLER_ARG. */
  readonly ratio: string;
  /** Of GET requests that the ratio decides about. */
  readonly count: number;
  readonly posts?: number;
  /** Whether what arrived calls for further requests. */
  readonly inDoubt?: (shop: ShopRun, roots: readonly Exchange[]) => boolean;
}

async function visit(lab: Lab, { ratio, count, posts = 1, inDoubt = () => false }: VisitOptions) {
  const shop = await lab.start({
    label: `OTEL_TRACES_SAMPLER_ARG=${ratio}`,
    env: { OTEL_TRACES_SAMPLER_ARG: ratio },
  });
  const [roots, others, conflicts, missing, failed] = await Promise.all([
    shop.getEach(paths(count)),
    askWhateverTheRatio(shop, (decision) => ['/', '/items', external(decision)]),
    Promise.all(Array.from({ length: posts }, () => shop.post('/items', { name: 'books 1' }))),
    shop.get('/no-such-page'),
    // One that fails is sampled as any other.
    shop.get('/fetch-external?from=/cut'),
  ]);
  await settle(shop, others.followed);
  if (inDoubt(shop, roots)) {
    roots.push(...(await shop.getEach(paths(quarterOf.more, count))));
    await settle(shop, others.followed);
  }
  await shop.stop();
  return { shop, roots, ...others, conflicts, missing: [missing], failed: [failed] };
}

/** Spans are exported in the order in which they end: with one more that is sampled for certain, all before it are here. */
async function settle(shop: ShopRun, followed: Exchange[]): Promise<void> {
  followed.push(await shop.get('/', { headers: { traceparent: traceparent('sampled') } }));
  await shop.settle(followed);
}

function quarterInDoubt(shop: ShopRun, roots: readonly Exchange[]): boolean {
  return quarterKept(shop, roots).verdict === 'in doubt';
}

function quarterKept(shop: ShopRun, roots: readonly Exchange[]) {
  const traceIds = traceIdsOf(shop, roots);
  const kept = traceIds.length;
  return { kept, ...judgeQuarter({ requests: roots.length, kept, highest: highestPlace(traceIds) }) };
}

/** Without the database, which takes an app long to fill. */
async function visitWithoutRatio(lab: Lab) {
  const shop = await lab.start({ label: 'OTEL_TRACES_SAMPLER_ARG is not set' });
  const [roots, others] = await Promise.all([
    // So many that another default than 1 shows.
    shop.getEach([external('unset'), ...Array.from({ length: 19 }, () => '/')]),
    askWhateverTheRatio(shop, (decision) => ['/', external(decision)]),
  ]);
  await shop.settle([...roots, ...others.followed]);
  await shop.stop();
  return { shop, roots, ...others, conflicts: [], missing: [], failed: [] };
}

/** What the ratio does not decide about: traces of a caller, and health checks. */
async function askWhateverTheRatio(shop: ShopRun, paths: (decision: ParentDecision) => string[]) {
  const withParent = (decision: ParentDecision) =>
    Promise.all(
      paths(decision).map((path, index) =>
        // The first caller says as well that its trace id is random, as many do today.
        shop.get(path, { headers: { traceparent: traceparent(decision, index === 0) } }),
      ),
    );
  const [followed, left, health] = await Promise.all([
    withParent('sampled'),
    withParent('unsampled'),
    Promise.all(Array.from({ length: 3 }, () => shop.get('/healthz'))),
  ]);
  return { followed, left, health };
}

/** Cheap requests for the most part, and now and then one with something inside. */
function paths(count: number, before = 0): string[] {
  return Array.from({ length: count }, (_, index) => pathOf(before + index));
}

function pathOf(index: number): string {
  if (index % 40 === 0) return '/items';
  // No health check, whatever stands in it; what the upstream makes of it is its own concern.
  return index % 40 === 20 ? external(index, '/about/healthz/') : '/';
}

/** Each with a path of its own, by which the upstream's record is found. */
function external(name: string | number, from = '/headers?'): string {
  return `/fetch-external?from=${from}${name}`;
}

/** A caller's trace context: a trace of its own for each request. https://www.w3.org/TR/trace-context/#traceparent-header */
function traceparent(decision: ParentDecision, random = false): string {
  const flags = (decision === 'sampled' ? 1 : 0) + (random ? 2 : 0);
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-0${flags}`;
}

function saysSampled(traceparent: string | string[] | undefined): boolean {
  return traceparent !== undefined && decisionIn(String(traceparent)) === 'sampled';
}

function expectWhole(trace: SeenTrace, { path }: Exchange) {
  const name = path.split('?')[0] as keyof typeof parts;
  for (const part of parts[name]) expect(trace).toHaveSpan(part);
}

function isExternal({ path }: Exchange): boolean {
  return path.startsWith('/fetch-external');
}
