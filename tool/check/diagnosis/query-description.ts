import type { Span } from '../../trace/span.ts';
import type { AppRun } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { jsonOf } from '../expectations.ts';
import {
  changingSummary,
  changingText,
  namedBadly,
  needsCollection,
  queriesAmong,
  queriesOf,
  queryText,
  strangeCollection,
  summaryOf,
  textOfEvent,
  verbOf,
} from '../queries.ts';
import { stockedAdditions } from '../shop-exchanges.ts';
import type { Diagnosis } from './diagnosis.ts';

export const attributeMissing: Diagnosis = {
  id: 'db-attribute-missing',
  explain: ({ runs }) => {
    const queries = runs.flatMap(({ spans }) => queriesAmong(spans));
    for (const query of queries) {
      const problem = attributeProblem(query);
      if (problem) return { cause: `The query span "${query.name}" ${problem[0]}.`, mend: problem[1] };
    }
    return undefined;
  },
};

export const valuesRecorded: Diagnosis = {
  id: 'query-values-recorded',
  explain: ({ runs }) => {
    const queries = runs.flatMap(({ spans }) => queriesAmong(spans));
    const [kept] = runs.flatMap(placesOfNames);
    if (kept) {
      return {
        cause: `${kept} of a query holds what the caller sent, and so it is stored with every trace.`,
        mend: 'Leave the values out of the span, as attributes and events too: run() and all() get them, and nobody else.',
      };
    }
    const changing = changingText(queries);
    const telling = changingSummary(queries);
    if (!changing && telling) {
      return {
        cause: `The summary of a query changes with its values: ${summaryOf(telling)}. What customers type is then stored with every trace.`,
        mend: 'Make the summary of the operation and the tables: INSERT items.',
      };
    }
    if (!changing) return undefined;
    return {
      cause: `The text of a query changes with its values:\n  ${queryText(changing)}\nWhat customers type is then stored with every trace, and no two queries are the same.`,
      mend: 'Record the text as it is given to prepare(), with its ? in it; the values go to run() and all() alone.',
    };
  },
};

/** What, but for the attributes that describe a query, holds the name of an item that was added. */
function placesOfNames(run: AppRun): string[] {
  const described = ['db.query.text', 'db.query.summary', 'db.statement'];
  return stockedAdditions(run).flatMap((request) => {
    const { name } = Object(jsonOf(request));
    if (typeof name !== 'string') return [];
    const places = queriesOf(run, request).flatMap((query) => [
      ...Object.entries(query.attributes)
        .filter(([key]) => !described.includes(key))
        .map(([key, value]) => ({ place: `The attribute ${key}`, value: String(value) })),
      ...query.events.map((event) => ({ place: `The event "${event.name}"`, value: textOfEvent(event) })),
    ]);
    return places.filter(({ value }) => value.includes(name)).map(({ place }) => place);
  });
}

export const highCardinalityName: Diagnosis = {
  id: 'high-cardinality-name',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const added = stockedAdditions(run).map((request) => namesOf(run, request));
    const changing = added.flat().filter((name) => !added.every((names) => names.includes(name)));
    const all = run.exchanges.flatMap((request) => namesOf(run, request));
    const many = new Set(all).size > 8 ? all : [];
    const examples = [...new Set(changing.length > 0 ? changing : many)].slice(0, 3);
    if (examples.length === 0) return undefined;
    const list = examples.map((name) => `"${name}"`).join(', ');
    return {
      cause: `The names of query spans change from query to query: ${list}, … A name is what spans are grouped by, so there must be few.`,
      mend: 'Name the span by operation and table, such as "INSERT items"; what differs goes into attributes.',
    };
  },
};

export const queryNameUnclear: Diagnosis = {
  id: 'query-name-unclear',
  explain: ({ runs }) => {
    const [query] = namedBadly(runs.flatMap(({ spans }) => queriesAmong(spans)));
    if (!query) return undefined;
    const problem =
      query.name.trim() === ''
        ? 'A query span has no name'
        : query.name === queryText(query)
          ? `The name of a query span is its whole text, ${query.name}`
          : `Queries that do different things have the same name, "${query.name}"`;
    return {
      cause: `${problem}. The name is what one reads first in a list of traces, and what spans are grouped by.`,
      mend: 'Name the span by operation and table, such as "INSERT items".',
    };
  },
};

function namesOf(run: AppRun, request: Exchange): string[] {
  return queriesOf(run, request).map(({ name }) => name);
}

function attributeProblem(query: Span): [problem: string, mend: string] | undefined {
  const { attributes } = query;
  const system = attributes['db.system.name'];
  if (system !== undefined && system !== 'sqlite')
    return [
      `has db.system.name = ${textOf(system)}`,
      "SQLite's well-known name is sqlite: 'db.system.name': 'sqlite'.",
    ];

  const operation = textOf(attributes['db.operation.name']);
  const text = textOf(attributes['db.query.text']);
  const verb = verbOf(query);
  const ofText = verb
    ? operation.toLowerCase() === verb
    : /^\w+$/.test(operation) && text.toLowerCase().includes(operation.toLowerCase());
  if (operation && text && !ofText)
    return [
      `has db.operation.name = ${operation}, and its text is ${text}`,
      "The operation is SQL's, in one word: SELECT, INSERT.",
    ];

  const wanted = ['db.system.name', 'db.namespace', 'db.operation.name', 'db.query.text'];
  if (needsCollection(query)) wanted.push(/\bjoin\b/i.test(text) ? 'db.query.summary' : 'db.collection.name');
  const unread = wanted.find((key) => key in attributes && textOf(attributes[key]) === '');
  if (unread)
    return [`has ${unread} = ${JSON.stringify(attributes[unread])}`, 'Give it one text that says something.'];
  const missing = wanted.filter((key) => !(key in attributes)).join(', ');
  if (missing) return [`lacks ${missing}`, `Set ${missing} when the span starts.`];

  const strange = strangeCollection(query);
  if (strange)
    return [
      `has db.collection.name = ${strange}, and its text is ${text}`,
      'The collection is the table that the query is about, and the text is the one that runs: give each query its own.',
    ];
  return undefined;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
