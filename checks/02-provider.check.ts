import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { checkStep } from '../tool/check/define.ts';
import { lostSpans } from '../tool/check/evidence.ts';
import { expectStatus, jsonOf } from '../tool/check/expectations.ts';
import type { Lab } from '../tool/check/lab.ts';
import { aheadByChanceMs, begunAheadMs } from '../tool/check/seeding.ts';
import { lengthMs } from '../tool/check/seen-trace.ts';
import type { ShopRun } from '../tool/check/shop-run.ts';

/** So long a delay that a batch leaves only by a flush. */
const flushOnly = { OTEL_BSP_SCHEDULE_DELAY: '60000' };

checkStep(
  async (lab) => {
    const [terminated, interrupted, alone] = await Promise.all([
      stopAtOnce(lab, 'SIGTERM'),
      stopAtOnce(lab, 'SIGINT'),
      withoutReceiver(lab),
    ]);
    // What is right in all but the flush should be told so: its spans are looked for in an app that runs on.
    const running = lostSpans(terminated) > 0 && !terminated.frozen ? await letItExport(lab) : terminated;
    return { running, terminated, interrupted, alone };
  },

  ({ proves, seen }) => {
    const arrival = [
      'tracing-not-loaded',
      'provider-not-registered',
      'wrong-protocol',
      'tls-without-scheme',
      'endpoint-hard-coded',
      'sampler-too-early',
      'no-span-started',
      'no-exporter',
      'span-never-ended',
      'export-given-up',
      'lost-on-exit',
    ];

    proves(
      'the shop answers as it should',
      {
        guide: 'the-provider',
        mistakes: ['exporter-not-in-processor', 'seeding-incomplete', 'seeding-made-async'],
      },
      () => {
        const { exchanges } = seen().running;
        for (const request of exchanges) expectStatus(request, 200);
        for (const items of exchanges.map(jsonOf)) {
          expect(items, 'Expected 40 items').toHaveLength(40);
          expect(items).toContainEqual({ id: 1, name: 'books 1', stock: 997 });
        }
      },
    );

    proves(
      'a span arrives over OTLP/gRPC, where the environment says',
      { guide: 'the-provider', mistakes: arrival },
      () => {
        const { allSpans, exports } = seen().running;
        expect(allSpans).toHaveSpan({});
        expect([...new Set(exports.map(({ transport }) => transport))]).toEqual(['grpc']);
      },
    );

    const seedSpan = [
      'provider-not-registered',
      'no-context-manager',
      'seed-span-repeated',
      'span-started-early',
      'span-ended-early',
      'span-not-active',
      'seed-span-missing',
      'shelf-spans-missing',
    ];
    proves(
      'seeding the database is one span, with the shelves inside',
      { guide: 'the-span', mistakes: ['exported-twice', ...seedSpan, ...arrival] },
      () => {
        const all = seen().running.allSpans;
        const seeding = all.span({ name: 'seed database' });
        const shelves = all.all({ name: 'seed shelf' });
        expect(all.all({ name: 'seed database' }), 'Expected one span named seed database').toHaveLength(1);
        expect(shelves, 'Expected a span for each of the eight shelves').toHaveLength(8);
        for (const shelf of shelves) expect(shelf).toBeInside(seeding);
        const shelvesMs = shelves.reduce((sum, shelf) => sum + lengthMs(shelf), 0);
        expect(seeding).toLastAtLeast(shelvesMs - 1, 'its shelves together');
        const aheadMs = begunAheadMs(seen().running);
        expect(
          aheadMs,
          `Expected seed database to begin with the request that needs it, not ${aheadMs.toFixed(0)} ms before`,
        ).toBeLessThan(aheadByChanceMs);
      },
    );

    proves(
      'the resource says which service, version and environment it is',
      {
        guide: 'the-resource',
        mistakes: ['service-name-missing', 'old-api', 'resource-incomplete', ...arrival],
      },
      () => {
        const span = seen().running.allSpans.span({});
        expect(span).toHaveResource({ 'service.name': /^(?!unknown_service)./ });
        expect(span).toHaveResource({ 'service.version': /./, 'deployment.environment.name': /./ });
      },
    );

    proves(
      'many spans travel in few requests',
      { guide: 'the-provider', mistakes: ['not-batched', ...arrival] },
      () => {
        const { spans, exports } = seen().running;
        expect(spans.length, 'Expected spans').toBeGreaterThan(0);
        expect(
          exports.length,
          `Expected the ${spans.length} spans in a few export requests`,
        ).toBeLessThanOrEqual(Math.max(2, spans.length / 3));
      },
    );

    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      proves(
        `nothing is lost when ${signal} comes right after the request`,
        { guide: 'the-flush', mistakes: ['never-exits', 'not-batched', ...arrival] },
        () => {
          const { allSpans, stopped } = signal === 'SIGTERM' ? seen().terminated : seen().interrupted;
          expect(allSpans).toHaveSpan({ name: 'seed database' });
          expect(stopped?.killed, `Expected the app to end by itself after ${signal}`).toBe(false);
        },
      );
    }

    proves(
      'with no receiver the shop serves, and still ends in time',
      { guide: 'the-flush', mistakes: ['dies-without-receiver', ...arrival] },
      () => {
        const { exchanges, stopped, exit } = seen().alone;
        for (const request of exchanges) expectStatus(request, 200);
        expect(stopped?.killed, 'Expected the app to end by itself after SIGTERM').toBe(false);
        expect(exit?.failure?.message, 'Expected the app to end without a crash').toBeUndefined();
      },
    );
  },
);

async function letItExport(lab: Lab) {
  const shop = await lab.start({ label: 'it runs on for a while' });
  await getItems(shop);
  await shop.until(() => shop.spans.length >= 9);
  await shop.stop();
  return shop;
}

async function stopAtOnce(lab: Lab, signal: 'SIGTERM' | 'SIGINT') {
  const shop = await lab.start({ label: `${signal} right after a request`, env: flushOnly });
  await getItems(shop);
  await shop.stop(signal);
  return shop;
}

async function getItems(shop: ShopRun): Promise<void> {
  // So that a span which began with the app is told from one that begins with the request.
  await delay(30);
  await shop.get('/items');
}

async function withoutReceiver(lab: Lab) {
  const shop = await lab.start({ label: 'no receiver', receiver: 'refusing', env: flushOnly });
  await shop.get('/items');
  await shop.get('/');
  await shop.stop();
  return shop;
}
