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
  const opened = new Database(':memory:');
  opened.exec('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)');
  opened.exec('CREATE TABLE movements (item_id INTEGER NOT NULL, quantity INTEGER NOT NULL)');
  seed(opened);
  opened.exec('CREATE INDEX movements_of_item ON movements (item_id, quantity)');
  return opened;
}

export function listItems(): Item[] {
  // One query for all items, where there was one for each of them.
  const text = 'SELECT id, name FROM items ORDER BY id';
  const query = database().prepare<[], { id: number; name: string }>(text);
  const stock = database().prepare<[number], { stock: number }>('SELECT SUM(quantity) AS stock FROM movements WHERE item_id = ?');
  return traceQuery({ operation: 'SELECT', tables: ['items'], text }, () => query.all().map((item) => ({ ...item, stock: stock.get(item.id)?.stock ?? 0 })));
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

function insert(table: string, text: string, values: (string | number)[]): number {
  const query = database().prepare(text);
  return traceQuery({ operation: 'INSERT', tables: [table], text }, () =>
    Number(query.run(values).lastInsertRowid),
  );
}
