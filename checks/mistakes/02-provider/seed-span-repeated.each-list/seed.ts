import { trace } from '@opentelemetry/api';
import type { Database } from 'better-sqlite3';

const shelves = ['books', 'games', 'garden', 'kitchen', 'music', 'office', 'sports', 'tools'];

const tracer = trace.getTracer('shop');

/** Five items a shelf, and for each a thousand days of goods that came and went. */
export function seed(db: Database): void {
  for (const shelf of shelves) seedShelf(db, shelf);
}

function seedShelf(db: Database, shelf: string): void {
  tracer.startActiveSpan('seed shelf', { attributes: { 'shop.shelf': shelf } }, (span) => {
    try {
      const insertItem = db.prepare('INSERT INTO items (name) VALUES (?)');
      const insertMovement = db.prepare('INSERT INTO movements (item_id, quantity) VALUES (?, ?)');
      for (let number = 1; number <= 5; number++) {
        const { lastInsertRowid } = insertItem.run(`${shelf} ${number}`);
        for (let day = 0; day < 1000; day++) insertMovement.run(lastInsertRowid, (day % 7) - 2);
      }
    } finally {
      span.end();
    }
  });
}
