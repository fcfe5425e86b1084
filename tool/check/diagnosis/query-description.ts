import type { Span } from '../../trace/span.ts';
import type { AppRun } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { jsonOf } from '../expectations.ts';
import {
  attributeOfTables,
  changingSummary,
  changingText,
  isHollow,
  namedBadly,
  namesByText,
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
      const problem = attributeProblem(query, queries) ?? tableProblem(query, queries);
      if (problem) return { cause: `The query span "${query.name}" ${problem[0]}.`, mend: problem[1] };
    }
    return undefined;
  },
};

export const valuesRecorded: Diagnosis = {
  id: 'query-values-recorded',
  explain: ({ runs }) => {
    const queries = runs.flatMap(({ spans }) => queriesAmong(spans));
    const places = runs.flatMap(placesOfValues);
    const kept = places.find(({ place }) => !described.includes(place));
    if (kept) {
      return {
        cause: `${kept.place} of "${kept.query.name}" holds what the caller sent, ${kept.sent}, and so it is stored with every trace.`,
        mend: 'Leave out of the span what the query is given and what it gives, as attributes, events and status message: the text with its ? is enough.',
      };
    }
    const given = queries.flatMap((query) =>
      Object.keys(query.attributes).flatMap((key) => (key.startsWith(parameters) ? [{ query, key }] : [])),
    )[0];
    if (given) {
      return {
        cause: `"${given.query.name}" has the attribute ${given.key}: the values of queries are then stored with every trace.`,
        mend: 'Leave it out: the text with its ? is enough.',
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
    const telltale = changing ?? places[0]?.query;
    if (!telltale) return undefined;
    return {
      cause: `The text of a query changes with its values:\n  ${queryText(telltale)}\nWhat customers type is then stored with every trace, and no two queries are the same.`,
      mend: 'Record the text as it is given to prepare(), with its ? in it; the values go to run() and all() alone.',
    };
  },
};

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/ */
const parameters = 'db.query.parameter.';

/** What is meant to say which query it is: there a value is a mistake of its own. */
const described = ['db.query.text', 'db.query.summary', 'db.statement'].map(placeOfAttribute);

interface Place {
  readonly query: Span;
  readonly place: string;
  readonly sent: string;
}

/** Where query spans hold the name or the stock of an item that was added. */
function placesOfValues(run: AppRun): Place[] {
  const sent = stockedAdditions(run).flatMap((request) => {
    const { name, stock } = Object(jsonOf(request));
    return typeof name === 'string' && name ? [name.replace(/\W/g, '.'), `\\b${Math.abs(stock)}\\b`] : [];
  });
  if (sent.length === 0) return [];
  const values = new RegExp(sent.join('|'));
  return queriesAmong(run.spans).flatMap((query) =>
    textsOf(query).flatMap(([place, text]) => {
      const [found] = values.exec(text) ?? [];
      return found ? [{ query, place, sent: found }] : [];
    }),
  );
}

function textsOf({ attributes, events, links, status }: Span): [place: string, text: string][] {
  return [
    ...Object.entries(attributes).map(([key, value]): [string, string] => [
      placeOfAttribute(key),
      String(value),
    ]),
    ['The status message', status.message ?? ''],
    ...events.map((event): [string, string] => [`The event "${event.name}"`, textOfEvent(event)]),
    ...links.map((link): [string, string] => ['A link', textOfEvent(link)]),
  ];
}

function placeOfAttribute(key: string): string {
  return `The attribute ${key}`;
}

export const highCardinalityName: Diagnosis = {
  id: 'high-cardinality-name',
  explain: ({ runs: [run] }) => {
    if (!run) return undefined;
    const added = stockedAdditions(run).map((request) => namesOf(run, request));
    const changing = added.flat().filter((name) => !added.every((names) => names.includes(name)));
    const all = run.exchanges.flatMap((request) => namesOf(run, request));
    const many = new Set(all).size > 8 ? all : [];
    const succeeded = queriesAmong(run.spans).filter(({ status }) => status.code !== 'ERROR');
    const ofOneText = [...namesByText(succeeded).values()].find(({ size }) => size > 1) ?? [];
    const found = [changing, many, [...ofOneText]].find(({ length }) => length > 0);
    const examples = [...new Set(found)].slice(0, 3);
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
          : isHollow(query)
            ? `The name of a query span is "${query.name}": a value that is not there was put into it`
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

function attributeProblem(
  query: Span,
  queries: readonly Span[],
): [problem: string, mend: string] | undefined {
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
  const tables = attributeOfTables(query);
  if (tables) wanted.push(tables);
  const unread = wanted.find((key) => key in attributes && textOf(attributes[key]) === '');
  if (unread)
    return [`has ${unread} = ${JSON.stringify(attributes[unread])}`, 'Give it one text that says something.'];
  const missing = wanted.filter((key) => !(key in attributes));
  const list = missing.join(', ');
  if (list === '' || list === 'db.collection.name') return undefined;
  const another = queries.some((other) => missing.every((key) => key in other.attributes));
  const look = another
    ? ' Another query has it: look at what this one gives traceQuery(), and whether it is set on a path that this one does not take.'
    : '';
  return [`lacks ${list}`, `Set ${list} when the span starts.${look}`];
}

/** Whether traceQuery() names a collection at all, and from which tables, the other queries and the summary tell. */
function tableProblem(query: Span, queries: readonly Span[]): [problem: string, mend: string] | undefined {
  const text = queryText(query);
  const key = 'db.collection.name';
  if (attributeOfTables(query) === key && !(key in query.attributes)) {
    const summary = summaryOf(query);
    const [, table] = /\b(?:into|from|update)\s+["`[]?(\w+)/i.exec(text) ?? [];
    const expected = `${query.attributes['db.operation.name']} ${table}`;
    const named = queries.some(({ attributes }) => key in attributes);
    if (!table || (!named && (!summary || summary.toLowerCase() === expected.toLowerCase())))
      return [`lacks ${key}`, `Set ${key} when the span starts.`];
    return [
      `lacks ${key}${summary && `, and its db.query.summary is ${JSON.stringify(summary)}`}`,
      `Its text is about one table: give traceQuery() tables: ['${table}'], a list with that table alone, and set ${key} from it.`,
    ];
  }
  const strange = strangeCollection(query);
  if (strange)
    return [
      `has db.collection.name = ${strange}, and its text is ${text}`,
      'The collection is the table that the query is about, and the text is the one that runs: give each query its own.',
    ];
  return undefined;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
