import { trace } from '@opentelemetry/api';
import Database from 'better-sqlite3';
import { traceQuery } from './query.ts';
import { seed } from './seed.ts';

export interface Item {
  id: number;
  name: string;
  stock: number;
}

let db: Database.Database | undefined;

function database(): Database.Database {
  db ??= trace.getTracer('shop').startActiveSpan('open database', (span) => {
    try {
      return openDatabase();
    } finally {
      span.end();
    }
  });
  return db;
}

function openDatabase(): Database.Database {
  const opened = traced(new Database(':memory:'));
  opened.exec('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)');
  opened.exec('CREATE TABLE movements (item_id INTEGER NOT NULL, quantity INTEGER NOT NULL)');
  seed(opened);
  opened.exec('CREATE INDEX movements_of_item ON movements (item_id, quantity)');
  return opened;
}

/** The database, with a span for whatever it runs. */
function traced(raw: Database.Database): Database.Database {
  const prepare = raw.prepare.bind(raw);
  raw.prepare = ((text: string) => {
    const statement = prepare(text);
    const { run, all } = statement;
    const [operation = '', table = ''] = text.match(/^\w+|(?<=INTO |FROM )\w+/g) ?? [];
    const query = { operation, tables: [table], text };
    statement.run = (...values) => traceQuery(query, () => run.apply(statement, values));
    statement.all = (...values) => traceQuery(query, () => all.apply(statement, values));
    return statement;
  }) as typeof raw.prepare;
  return raw;
}

export function listItems(): Item[] {
  const text =
    'SELECT id, name, SUM(quantity) AS stock FROM items JOIN movements ON item_id = id GROUP BY id ORDER BY id';
  return database().prepare<[], Item>(text).all();
}

/** The new item; undefined when there is already one of that name. */
export function addItem(name: string, stock: number): Item | undefined {
  try {
    const id = insert('items', 'INSERT INTO items (name) VALUES (?)', [name]);
    insert('movements', 'INSERT INTO movements (item_id, quantity) VALUES (?, ?)', [id, stock]);
    return { id, name, stock };
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_CONSTRAINT_UNIQUE') return undefined;
    throw error;
  }
}

function insert(_table: string, text: string, values: (string | number)[]): number {
  return Number(
    database()
      .prepare(text)
      .run(...values).lastInsertRowid,
  );
}
