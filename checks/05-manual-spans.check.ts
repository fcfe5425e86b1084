import { expect } from 'vitest';
import { checkStep } from '../tool/check/define.ts';
import type { Exchange } from '../tool/check/exchange.ts';
import { expectStatus, expectThat } from '../tool/check/expectations.ts';
import {
  attributeOfTables,
  changingSummary,
  changingText,
  mistimedQuery,
  namedBadly,
  namesByText,
  nestedQueries,
  queriesOf,
  queryText,
  readsWithinOpening,
  strangeCollection,
  strayQueries,
  textOfEvent,
  verbOf,
  withoutTransactions,
} from '../tool/check/queries.ts';
import { accountFor, tellsOfAnother } from '../tool/check/queries-run.ts';
import { lengthMs, TraceMismatch } from '../tool/check/seen-trace.ts';
import { insertsItem } from '../tool/check/sql.ts';
import type { Span } from '../tool/trace/span.ts';
import { expectAdded, expectItems, expectListed, itemOf, seeded } from './05-manual-spans.answers.ts';
import { addAndList, added, thereafter, unstocked } from './05-manual-spans.scenario.ts';

/** Spans begin on whole milliseconds, by another clock than the one that times them. */
const aFewMs = 10_000_000n;

checkStep(addAndList, ({ proves, seen }) => {
  const traceOf = (request: Exchange) => seen().shop.traceOf(request);
  const queries = (request: Exchange) =>
    queriesOf(seen().shop, request).map((one) => traceOf(request).own(one));
  /** Those that ask the database in any case; a list that is kept in memory need not ask again. */
  const askers = () => [seen().opening, ...seen().additions];
  const allQueries = () => {
    for (const request of askers()) expectQuery(request);
    return seen().shop.exchanges.flatMap(queries);
  };
  const expectQuery = (request: Exchange) =>
    expect(traceOf(request)).toHaveSpan({ kind: 'CLIENT', 'db.system.name': 'sqlite' });

  const arrival = [
    'provider-not-registered',
    'no-exporter',
    'tracing-not-loaded',
    'query-made-async',
    'request-fails',
    'app-crashed',
    'span-never-ended',
    'spans-dropped',
  ];
  const described = [
    'old-api',
    'query-not-client',
    'opening-too-wide',
    'query-not-traced',
    'db-attribute-missing',
  ];
  const query = {
    guide: 'the-query-span',
    mistakes: [
      ...arrival,
      'query-nested',
      'query-never-run',
      'wrong-addition',
      'query-mistimed',
      'query-outside-request',
      ...described,
      'query-hidden',
      'query-text-differs',
    ],
  };
  const text = {
    guide: 'the-query-span',
    mistakes: [...query.mistakes, 'high-cardinality-name', 'query-values-recorded'],
  };
  const name = {
    guide: 'the-query-span',
    mistakes: [...query.mistakes, 'high-cardinality-name', 'query-name-unclear'],
  };
  const opened = {
    guide: 'the-opening',
    mistakes: ['exported-twice', ...arrival, 'opened-every-time', 'opening-too-wide', 'opening-not-traced'],
  };
  const error = {
    guide: 'the-error',
    mistakes: [
      'query-made-async',
      'query-never-run',
      'error-swallowed',
      ...arrival,
      'error-on-success',
      'error-not-recorded',
      'error-type-missing',
      'query-outside-request',
      ...described,
    ],
  };
  const slowness = { guide: 'the-slow-list', mistakes: [...query.mistakes, 'too-many-queries'] };
  const answer = { guide: 'the-slow-list', mistakes: ['request-fails', 'wrong-addition', 'wrong-items'] };

  proves('a query is a CLIENT span that names SQLite', query, () => {
    for (const one of allQueries()) expect(one).toBeOfKind('CLIENT');
  });

  proves('it lies inside the request that made it, also when requests overlap', query, () => {
    const { shop, additions } = seen();
    const [stray] = strayQueries(shop);
    if (stray) {
      throw new TraceMismatch(`Expected ${stray.name} to be inside a SERVER span.`, shop.allSpans, {
        marked: [[stray, 'lies in no request']],
      });
    }
    const [mistimed, what] = mistimedQuery(shop) ?? [];
    if (mistimed) {
      throw new TraceMismatch(`Expected ${mistimed.name} to lie within its request.`, shop.allSpans, {
        marked: [[mistimed, `${what ?? ''}`]],
      });
    }
    const counts = additions.map(
      (request) => queries(request).filter((one) => insertsItem(queryText(one))).length,
    );
    const alike = new Set(counts).size === 1;
    expectThat(alike, `Expected as many INSERTs into items in each POST /items, not ${counts.join(', ')}.`);
    for (const request of askers()) expectQuery(request);
  });

  proves('it says database, operation, table and text', query, () => {
    for (const one of allQueries()) expectDescription(one);
    expect(traceOf(seen().opening)).toHaveSpan({
      'db.operation.name': /^(select|with)$/i,
      'db.query.text': /\bselect\b/i,
    });
    for (const request of seen().additions) {
      expect(traceOf(request)).toHaveSpan({
        'db.operation.name': /^insert$/i,
        'db.collection.name': /\bitems\b/i,
        'db.query.text': /\binsert\b/i,
      });
    }
  });

  proves('every query has a span of its own', query, () => {
    for (const request of askers()) {
      const [[inner, outer] = []] = nestedQueries(queries(request));
      if (inner && outer) {
        const sentence = `Expected the query ${inner.name} beside ${outer.name}, not inside of it.`;
        const marked = [[inner, 'lies inside another query']] as const;
        throw new TraceMismatch(sentence, traceOf(request), { marked });
      }
    }
    for (const request of seen().shop.exchanges) expectAccount(request);
  });

  proves('its text has placeholders, and nothing that it says has values', text, () => {
    const values = new RegExp(added.map(({ name, stock }) => `${name}|\\b${stock}\\b`).join('|'));
    for (const one of allQueries()) {
      const events = [...one.events, ...one.links].map(textOfEvent);
      const [parameter] = Object.keys(one.attributes).filter((key) => key.startsWith('db.query.parameter.'));
      expectThat(!parameter, `Expected ${one.name} without the values of its query, such as ${parameter}.`);
      const said = { ...one.attributes, 'status message': one.status.message ?? '', events };
      for (const [what, value] of Object.entries(said)) {
        const [sent] = String(value).match(values) ?? [];
        expectThat(!sent, `Expected the ${what} of ${one.name} without what the caller sent: ${sent}.`);
      }
    }
    const changing = changingText(allQueries());
    expectThat(!changing, `Expected one text for all of ${changing?.name}, with ? for what differs.`);
    const telling = changingSummary(allQueries());
    expectThat(!telling, `Expected one summary for all of ${telling?.name}.`);
  });

  proves('its name is one of few', name, () => {
    for (const request of askers()) expectQuery(request);
    const { lists, additions, empty, next } = seen();
    const asked = [...lists, ...additions, empty, next].flatMap(queries);
    for (const [text, alike] of namesByText(asked)) {
      const names = [...alike].map((name) => `"${name}"`);
      const sentence = `Expected one span name for all of ${text}, not ${names.slice(0, 3).join(' and then ')}.`;
      expectThat(alike.size === 1, sentence);
    }
    const names = new Set(lists.flatMap(queries).map((one) => one.name));
    expectThat(names.size < 9, `Expected few span names for all that GET /items asks, not ${names.size}.`);
    const [unclear] = namedBadly(allQueries());
    expectThat(!unclear, `Expected a name that says what the query does, not "${unclear?.name}".`);
  });

  proves('opening the database is one span, seeding included', opened, () => {
    const all = seen().shop.allSpans;
    expect(all).toHaveSpan({ name: 'open database' });
    const openings = all.all({ name: 'open database' });
    expectThat(openings.length === 1, `Expected one span named open database, not ${openings.length}.`);
    const seeding = lengthMs(all.span({ name: 'seed database' }));
    for (const opening of openings) {
      expect(opening).toLastAtLeast(seeding, 'the seeding in it');
      expectInItsRequest(opening);
    }
    const [read] = readsWithinOpening(all.spans);
    if (!read) return;
    throw new TraceMismatch(`Expected ${read.name} beside open database, not inside of it.`, all, {
      marked: [[read, 'is no part of the opening']],
    });
  });

  proves('a query that fails has the status ERROR, and its span ends', error, () => {
    const { duplicate } = seen();
    expectStatus(duplicate, 409);
    expect(traceOf(duplicate)).toHaveSpan({ 'db.system.name': 'sqlite', status: 'ERROR' });
    // Around it nothing failed: the request was answered as it should be.
    for (const around of [{ kind: 'SERVER' }, { 'express.type': 'request_handler' }] as const) {
      expect(traceOf(duplicate)).not.toHaveSpan({ ...around, status: 'ERROR' });
      expect(traceOf(duplicate)).not.toHaveSpan({ ...around, 'error.type': /./ });
    }
    for (const one of askers().flatMap(queries)) {
      expect(one).not.toHaveStatus('ERROR');
      expect(one).toHaveAttributes({ 'error.type': undefined });
    }
  });

  proves('it says by which code it failed', error, () => {
    const failed = traceOf(seen().duplicate).span({ 'db.system.name': 'sqlite', status: 'ERROR' });
    expect(failed).toHaveAttributes({
      'error.type': /^[\w.:/-]+$/,
      'db.response.status_code': /^(SQLITE_CONSTRAINT\w*|19|2067)$/,
    });
  });

  proves('GET /items needs at most two queries', slowness, () => {
    expectQuery(seen().opening);
    for (const request of seen().lists) {
      const { length } = withoutTransactions(queries(request));
      if (length <= 2) continue;
      const sentence = `Expected GET /items to need at most 2 queries, not ${length}.`;
      throw new TraceMismatch(sentence, traceOf(request), {});
    }
  });

  proves('GET /items answers as it did before', answer, () => {
    const { additions, empty, next } = seen();
    const [opening, listed, last, again] = seen().lists;
    expectItems(opening, seeded);
    for (const [index, request] of additions.entries()) expectAdded(request, added[index]);
    expectAdded(empty, unstocked);
    expectAdded(next, thereafter);
    for (const request of [...additions, empty, next]) expectListed(request, last);

    const before = [...seeded, ...[...additions, empty].map(itemOf)].toSorted((a, b) => a.id - b.id);
    expectItems(listed, before);
    for (const list of [last, again]) expectItems(list, [...before, itemOf(next)]);
  });

  /** Each query that the database was given has a span, and each span has its query. */
  function expectAccount(request: Exchange): void {
    const account = accountFor(seen().shop, request);
    if (!account) return;
    const trace = traceOf(request);
    const { hidden, empty } = account;
    const [unlike] = hidden;
    if (unlike) {
      const { ran, within, beside } = unlike;
      const marked = [
        ...(within ? [[within, 'another query ran in it'] as const] : []),
        ...(beside ? [[beside, 'its query did not run in it'] as const] : []),
      ];
      const sentence = `Expected each query of ${trace.label} to run in a span of its own, unlike this one: ${ran.text}`;
      throw new TraceMismatch(sentence, trace, { marked });
    }
    const [vain] = empty;
    if (vain) {
      const marked = [[vain, 'no query ran in it']] as const;
      throw new TraceMismatch(`Expected the query of ${vain.name} to run while its span is open.`, trace, {
        marked,
      });
    }
    const [span, ran] = tellsOfAnother(account) ?? [];
    if (!span || !ran) return;
    const sentence = `Expected ${span.name} to have the text of the query that ran in it: ${ran.text}`;
    throw new TraceMismatch(sentence, trace, { show: ['db.query.text'] });
  }

  /** One that a request waits for is a part of it; where the app opens its database at the start, none does. */
  function expectInItsRequest(opening: Span): void {
    const { server } = traceOf(seen().opening);
    const over = (opening.endTimeUnixNano ?? 0n) <= server.startTimeUnixNano + aFewMs;
    const inside = opening.traceId === server.traceId;
    expectThat(over || inside, 'Expected open database in the trace of the request that waits for it.');
  }
});

function expectDescription(query: Span): void {
  const verb = verbOf(query);
  expect(query).toHaveAttributes({
    'db.system.name': 'sqlite',
    'db.namespace': /./,
    'db.operation.name': verb ? new RegExp(`^${verb}$`, 'i') : /^\w/,
    'db.query.text': /./,
  });
  const tables = attributeOfTables(query);
  if (tables) expect(query).toHaveAttributes({ [tables]: /./ });
  const strange = strangeCollection(query);
  const sentence = `Expected the db.collection.name of ${query.name} to be a table of its text, not ${strange}.`;
  expectThat(strange === undefined, sentence);
}
