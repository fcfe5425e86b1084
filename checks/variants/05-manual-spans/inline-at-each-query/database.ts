import { SpanKind, trace } from '@opentelemetry/api';
import Database from 'better-sqlite3';
import { failed, sqlite } from './query.ts';
import { seed } from './seed.ts';

export interface Item {
  id: number;
  name: string;
  stock: number;
}

const tracer = trace.getTracer('shop.database', '1.0.0');

let db: Database.Database | undefined;

function database(): Database.Database {
  db ??= tracer.startActiveSpan('open database', (span) => {
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
  const text =
    'SELECT i.id, i.name, SUM(m.quantity) AS stock FROM items i JOIN movements m ON m.item_id = i.id GROUP BY i.id ORDER BY i.id';
  const query = database().prepare<[], Item>(text);
  const attributes = {
    ...sqlite,
    'db.operation.name': 'SELECT',
    'db.collection.name': 'items',
    'db.query.text': text,
  };
  return tracer.startActiveSpan('SELECT items', { kind: SpanKind.CLIENT, attributes }, (span) => {
    const items = query.all();
    span.end();
    return items;
  });
}

/** The new item; undefined when there is already one of that name. */
export function addItem(name: string, stock: number): Item | undefined {
  const text = 'INSERT INTO items (name) VALUES (?)';
  const query = database().prepare(text);
  const attributes = {
    ...sqlite,
    'db.operation.name': 'INSERT',
    'db.collection.name': 'items',
    'db.query.text': text,
  };
  const id = tracer.startActiveSpan('INSERT items', { kind: SpanKind.CLIENT, attributes }, (span) => {
    try {
      return Number(query.run(name).lastInsertRowid);
    } catch (error) {
      failed(span, error);
      if (error instanceof Database.SqliteError && error.code === 'SQLITE_CONSTRAINT_UNIQUE')
        return undefined;
      throw error;
    } finally {
      span.end();
    }
  });
  if (id === undefined) return undefined;
  addMovement(id, stock);
  return { id, name, stock };
}

function addMovement(id: number, quantity: number): void {
  const text = 'INSERT INTO movements (item_id, quantity) VALUES (?, ?)';
  const attributes = {
    ...sqlite,
    'db.operation.name': 'INSERT',
    'db.collection.name': 'movements',
    'db.query.text': text,
  };
  tracer.startActiveSpan('INSERT movements', { kind: SpanKind.CLIENT, attributes }, (span) => {
    try {
      database().prepare(text).run(id, quantity);
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}
