import Database from 'better-sqlite3';
import { seed } from './seed.ts';

export interface Item {
  id: number;
  name: string;
  stock: number;
}

let db: Database.Database | undefined;

function database(): Database.Database {
  db = openDatabase();
  return db;
}

function openDatabase(): Database.Database {
  const opened = new Database(':memory:');
  opened.exec('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)');
  opened.exec('CREATE TABLE movements (item_id INTEGER NOT NULL, quantity INTEGER NOT NULL)');
  seed(opened);
  return opened;
}

export function listItems(): Item[] {
  const items = database().prepare('SELECT id, name FROM items ORDER BY id').all() as Item[];
  const stock = database().prepare('SELECT SUM(quantity) AS stock FROM movements WHERE item_id = ?');
  return items.map((item) => ({ ...item, ...(stock.get(item.id) as { stock: number }) }));
}

/** The new item; undefined when there is already one of that name. */
export function addItem(name: string, stock: number): Item | undefined {
  try {
    const { lastInsertRowid } = database().prepare('INSERT INTO items (name) VALUES (?)').run(name);
    database().prepare('INSERT INTO movements (item_id, quantity) VALUES (?, ?)').run(lastInsertRowid, stock);
    return { id: Number(lastInsertRowid), name, stock };
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_CONSTRAINT_UNIQUE') return undefined;
    throw error;
  }
}
