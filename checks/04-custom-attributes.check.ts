import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { expect } from 'vitest';
import { checkStep } from '../tool/check/define.ts';
import type { Exchange, RequestOptions } from '../tool/check/exchange.ts';
import { expectEnded, expectNoCrash, expectStatus, expectThat } from '../tool/check/expectations.ts';
import type { ShopRun } from '../tool/check/shop-run.ts';
import { expectSentOnce, expectUnbroken } from '../tool/check/whole-traces.ts';

const as = (user: string, options: RequestOptions = {}) => ({
  ...options,
  headers: { ...options.headers, 'x-user-id': user },
});

/** As an identity provider gives them: whoever tidies it up has another user. */
const eve = 'User:Eve.2@shop.example';

/** What the upstream is asked by the request that is given up: it answers soon, so that its span ends. */
const givenUpCall = '/delay/0.3';

checkStep(
  async (lab) => {
    const shop = await lab.start({ label: 'requests of several users' });
    const alone = await oneAfterTheOther(shop);
    const { aborted } = await giveUpAs(shop, 'user-finn');
    const between = await whileOthersWait(shop);
    await shop.settle();
    await shop.stop();
    return { shop, alone, aborted, between, all: shop.exchanges.filter((one) => one !== aborted) };
  },

  ({ proves, seen }) => {
    const traceOf = (request: Exchange) => seen().shop.traceOf(request);
    const arrival = [
      'tracing-not-loaded',
      'provider-not-registered',
      'no-exporter',
      'nothing-instrumented',
      'sdk-loaded-late',
      'no-esm-hook',
      'user-other-name',
      'user-set-on-end',
      'user-missing',
    ];
    const server = {
      guide: 'the-span-that-is-already-open',
      mistakes: [
        ...arrival,
        'user-on-wrong-span',
        'server-span-without-user',
        'user-mixed-up',
        'user-changed',
      ],
    };
    const processor = {
      guide: 'the-span-processor',
      mistakes: [
        'exported-twice',
        ...server.mistakes,
        'context-replaced',
        'user-on-one-span',
        'user-lost',
        'outgoing-not-linked',
        'span-never-ended',
      ],
    };
    const context = { ...processor, guide: 'the-context' };

    proves(
      'the shop answers as before',
      {
        guide: 'what-to-do',
        mistakes: ['class-not-instance', 'next-called-twice', 'processor-incomplete', 'never-exits'],
      },
      () => {
        const { missing } = seen().alone;
        expectStatus(missing, 404);
        for (const request of seen().all.filter((one) => one !== missing))
          expectStatus(request, request.method === 'POST' ? 201 : 200);
        expectNoCrash(seen().shop);
        expectEnded(seen().shop);
      },
    );

    proves('the SERVER span has the user.id of its request', server, () => {
      const { ada, bob, cleo, missing } = seen().alone;
      expect(traceOf(ada).server).toHaveAttributes({ 'user.id': 'user-ada' });
      expect(traceOf(bob).server).toHaveAttributes({ 'user.id': 'user-bob' });
      expect(traceOf(cleo).server).toHaveAttributes({ 'user.id': 'user-cleo' });
      expect(traceOf(missing).server).toHaveAttributes({ 'user.id': 'user-gina' });
    });

    proves('a request that its caller gives up has its user too', server, () => {
      const { server } = traceOf(seen().aborted);
      expect(server).toHaveAttributes({ 'user.id': 'user-finn' });
    });

    proves('every other span of the trace has it too', processor, () => {
      const { ada, bob } = seen().alone;
      expect(traceOf(ada)).toHaveSpan({ 'express.type': 'request_handler' });
      expect(traceOf(ada)).toHaveOnEverySpan({ 'user.id': 'user-ada' });
      expect(traceOf(bob)).toHaveSpan({ kind: 'CLIENT' });
      expect(traceOf(bob)).toHaveOnEverySpan({ 'user.id': 'user-bob' });
      expectUnbroken(seen().shop);
      expectSentOnce(seen().shop);
    });

    proves('requests that run at once keep their users apart', context, () => {
      for (const request of seen().between.named) expectOwnUser(request);
    });

    proves('a request whose body comes late keeps its user', context, () => {
      expectOwnUser(seen().between.late);
    });

    const anonymous = { guide: 'nobody', mistakes: [...arrival, 'user-mixed-up', 'user-undefined'] };
    proves('a request without a user has no user.id', anonymous, () => {
      for (const request of [seen().alone.nobody, ...seen().between.anonymous]) {
        expect(traceOf(request)).toHaveSpan({ kind: 'SERVER' });
        expect(traceOf(request)).toHaveOnEverySpan({ 'user.id': undefined });
      }
    });

    proves(
      'the upstream is told nothing of the user',
      { guide: 'the-context', mistakes: ['user-leaked'] },
      () => {
        const users = seen().all.flatMap(({ sent }) => sent['x-user-id'] ?? []);
        expectThat(seen().shop.upstream.length > 0, 'Expected calls to the upstream.');
        for (const { path, headers } of seen().shop.upstream) {
          const named = users.some((user) => path.includes(user));
          expectThat(!named, `Expected no user in the address ${path}.`);
          const telling = Object.entries(headers).find(
            ([name, value]) => name === 'baggage' || users.some((user) => String(value).includes(user)),
          );
          const sentence = `Expected no header about the user in the call to ${path}, not ${telling?.join(': ')}.`;
          expectThat(!telling, sentence);
        }
      },
    );

    function expectOwnUser(request: Exchange) {
      expect(traceOf(request)).toHaveSpan({ 'express.type': 'request_handler' });
      if (request.path.startsWith('/fetch-external')) expect(traceOf(request)).toHaveSpan({ kind: 'CLIENT' });
      expect(traceOf(request)).toHaveOnEverySpan({ 'user.id': request.sent['x-user-id'] });
    }
  },
);

/** All on one connection, as a browser or a proxy would do it: who asked before must not matter. */
async function oneAfterTheOther(shop: ShopRun) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const ada = await shop.get('/items', as('user-ada', { agent }));
    const nobody = await shop.get('/', { agent });
    const bob = await shop.get('/fetch-external?from=/delay/0.1', as('user-bob', { agent }));
    const cleo = await shop.get('/', as('user-cleo', { agent }));
    const missing = await shop.get('/no-such-page', as('user-gina', { agent }));
    return { ada, bob, cleo, nobody, missing };
  } finally {
    agent.destroy();
  }
}

/** As soon as its call has come to the upstream. */
function giveUpAs(shop: ShopRun, user: string) {
  return shop.getAndGiveUp(`/fetch-external?from=${givenUpCall}`, async () => {}, as(user));
}

/** Three requests wait for the upstream and one for its body, while others come and go, one in the same trace. */
async function whileOthersWait(shop: ShopRun) {
  for (let round = 1; ; round++) {
    const seen = await oneRound(shop, round);
    // On a machine under heavy load the first may have been answered before the last came: that would prove nothing.
    if (seen.overlapped || shop.frozen || round === mostRounds) return seen;
  }
}

const mostRounds = 5;

async function oneRound(shop: ShopRun, round: number) {
  // Longer each time: the first is enough where nothing else runs. Never the same, so that each call has its own path.
  const delay = (seconds: number) => `/fetch-external?from=/delay/${(seconds + round).toFixed(1)}`;
  const ada = await shop.getAsFarAsUpstream(delay(1), as('user-ada'));
  const nobody = await shop.getAsFarAsUpstream(delay(0.8));
  const bob = await shop.getAsFarAsUpstream(delay(0.6), as('user-bob'));

  const caller = callerOfSeveral();
  const others = Promise.withResolvers<Exchange[]>();
  const held = shop.post(
    '/items',
    { name: `of carol, ${round}` },
    as('user-carol', {
      headers: { traceparent: caller() },
      beforeBody: () => {
        Promise.all([
          shop.get('/healthz'),
          shop.get('/items', as('user-dave')),
          shop.get('/'),
          shop.post('/items', { name: `of eve, ${round}` }, as(eve, { headers: { traceparent: caller() } })),
          shop.post('/items', { name: `of nobody, ${round}` }),
        ]).then(others.resolve);
        return others.promise;
      },
    }),
  );
  const [health, dave, greeting, added, addedByNobody] = (await others.promise) as FiveExchanges;
  const waiting = shop.waitingForUpstream().filter(({ path }) => path !== givenUpCall);
  const overlapped = waiting.length === 3;
  const late = await held;
  return {
    overlapped,
    late,
    named: [await ada.answer, await bob.answer, dave, added],
    anonymous: [await nobody.answer, health, greeting, addedByNobody],
  };
}

/** One that acts for several users in one trace: each of its requests has a span of its own there. */
function callerOfSeveral(): () => string {
  const traceId = randomBytes(16).toString('hex');
  return () => `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
}

type FiveExchanges = [Exchange, Exchange, Exchange, Exchange, Exchange];
