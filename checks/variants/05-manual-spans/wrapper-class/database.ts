import { trace } from '@opentelemetry/api';
import Database from 'better-sqlite3';
import { TracedDatabase } from './query.ts';
import { seed } from './seed.ts';

export interface Item {
  id: number;
  name: string;
  stock: number;
}

let db: TracedDatabase | undefined;

function database(): TracedDatabase {
  db ??= trace.getTracer('shop').startActiveSpan('open database', (span) => {
    try {
      return openDatabase();
    } finally {
      span.end();
    }
  });
  return db;
}

function openDatabase(): TracedDatabase {
  const opened = new TracedDatabase(':memory:');
  opened.raw.exec('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)');
  opened.raw.exec('CREATE TABLE movements (item_id INTEGER NOT NULL, quantity INTEGER NOT NULL)');
  seed(opened.raw);
  opened.raw.exec('CREATE INDEX movements_of_item ON movements (item_id, quantity)');
  return opened;
}

export function listItems(): Item[] {
  const text =
    'SELECT id, name, (SELECT SUM(quantity) FROM movements WHERE item_id = id) AS stock FROM items ORDER BY id';
  return database().all<Item>({ operation: 'SELECT', table: 'items', text });
}

/** The new item; undefined when there is already one of that name. */
export function addItem(name: string, stock: number): Item | undefined {
  const item = { operation: 'INSERT', table: 'items', text: 'INSERT INTO items (name) VALUES (?)' };
  const movement = {
    operation: 'INSERT',
    table: 'movements',
    text: 'INSERT INTO movements (item_id, quantity) VALUES (?, ?)',
  };
  try {
    const id = Number(database().run(item, name).lastInsertRowid);
    database().run(movement, id, stock);
    return { id, name, stock };
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_CONSTRAINT_UNIQUE') return undefined;
    throw error;
  }
}
