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
  opened.exec('ALTER TABLE items ADD COLUMN stock INTEGER NOT NULL DEFAULT 0');
  opened.exec('UPDATE items SET stock = (SELECT SUM(quantity) FROM movements WHERE item_id = items.id)');
  opened.exec(
    'CREATE TRIGGER moved AFTER INSERT ON movements BEGIN UPDATE items SET stock = stock + new.quantity WHERE id = new.item_id; END',
  );
  return opened;
}

export function listItems(): Item[] {
  const text = 'SELECT * FROM items ORDER BY id';
  const query = database().prepare<[], Item>(text);
  return traceQuery({ operation: 'SELECT', tables: ['items'], text }, () => query.all());
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
