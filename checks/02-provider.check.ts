import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { checkStep } from '../tool/check/define.ts';
import { lostSpans } from '../tool/check/evidence.ts';
import {
  expectEnded,
  expectNoCrash,
  expectSeededItems,
  expectStatus,
  expectThat,
} from '../tool/check/expectations.ts';
import type { Lab } from '../tool/check/lab.ts';
import { ofItsOwn } from '../tool/check/matchers.ts';
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
        for (const items of seen().running.exchanges) expectSeededItems(items);
      },
    );

    proves(
      'a span arrives over OTLP/gRPC, where the environment says',
      { guide: 'the-provider', mistakes: arrival },
      () => {
        const { allSpans, exports } = seen().running;
        expect(allSpans).toHaveSpan({});
        const others = exports.filter(({ transport }) => transport !== 'grpc');
        expectThat(others.length === 0, `Expected spans over gRPC alone, not over ${others[0]?.transport}.`);
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
        expect(all).toHaveSpans(1, { name: 'seed database' });
        expect(all).toHaveSpans(8, { name: 'seed shelf' });
        for (const shelf of shelves) expect(shelf).toBeInside(seeding);
        const shelvesMs = shelves.reduce((sum, shelf) => sum + lengthMs(shelf), 0);
        expect(seeding).toLastAtLeast(shelvesMs - 1, 'its shelves together');
        const aheadMs = begunAheadMs(seen().running);
        expectThat(
          aheadMs < aheadByChanceMs,
          `Expected seed database to begin with the request that needs it, not ${aheadMs.toFixed(0)} ms before.`,
        );
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
        expect(span).toHaveResource({ 'service.name': ofItsOwn });
        expect(span).toHaveResource({
          'service.version': ofItsOwn,
          'deployment.environment.name': ofItsOwn,
        });
      },
    );

    proves(
      'many spans travel in few requests',
      { guide: 'the-provider', mistakes: ['not-batched', ...arrival] },
      () => {
        const { spans, exports } = seen().running;
        expectThat(spans.length > 0, 'Expected spans.');
        expectThat(
          exports.length <= Math.max(2, spans.length / 3),
          `Expected the ${spans.length} spans in a few export requests, not in ${exports.length}.`,
        );
      },
    );

    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      proves(
        `nothing is lost when ${signal} comes right after the request`,
        { guide: 'the-flush', mistakes: ['never-exits', 'not-batched', ...arrival] },
        () => {
          const run = signal === 'SIGTERM' ? seen().terminated : seen().interrupted;
          expect(run.allSpans).toHaveSpan({ name: 'seed database' });
          expectEnded(run, signal);
        },
      );
    }

    proves(
      'with no receiver the shop serves, and still ends in time',
      { guide: 'the-flush', mistakes: ['dies-without-receiver', ...arrival] },
      () => {
        for (const request of seen().alone.exchanges) expectStatus(request, 200);
        expectEnded(seen().alone);
        expectNoCrash(seen().alone);
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
  // Once it has answered there is no time for a batch, however short its delay.
  if (signal === 'SIGINT') await askOnce(shop);
  else await getItems(shop);
  await shop.stop(signal);
  return shop;
}

async function askOnce(shop: ShopRun): Promise<void> {
  // So that a span which began with the app is told from one that begins with the request.
  await delay(30);
  await shop.get('/items');
}

async function getItems(shop: ShopRun): Promise<void> {
  await askOnce(shop);
  // The database is filled once, whoever asks again.
  await shop.get('/items');
}

async function withoutReceiver(lab: Lab) {
  const shop = await lab.start({ label: 'no receiver', receiver: 'refusing', env: flushOnly });
  await shop.get('/items');
  await shop.get('/');
  await shop.stop();
  return shop;
}
