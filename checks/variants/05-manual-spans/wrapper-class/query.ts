import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import Database from 'better-sqlite3';

export interface Query {
  operation: string;
  table: string;
  text: string;
}

/** A database whose queries are traced. */
export class TracedDatabase {
  readonly raw: Database.Database;
  readonly tracer = trace.getTracer('traced-sqlite');

  constructor(path: string) {
    this.raw = new Database(path);
  }

  all<T>(query: Query, ...values: unknown[]): T[] {
    return this.traced(query, () => this.raw.prepare(query.text).all(...values) as T[]);
  }

  run(query: Query, ...values: unknown[]): Database.RunResult {
    return this.traced(query, () => this.raw.prepare(query.text).run(...values));
  }

  private traced<T>({ operation, table, text }: Query, execute: () => T): T {
    return this.tracer.startActiveSpan(`${operation} ${table}`, { kind: SpanKind.CLIENT }, (span) => {
      span.setAttribute('db.system.name', 'sqlite');
      span.setAttribute('db.namespace', this.raw.name);
      span.setAttribute('db.operation.name', operation);
      span.setAttribute('db.collection.name', table);
      span.setAttribute('db.query.text', text);
      try {
        const result = execute();
        span.setStatus({ code: SpanStatusCode.OK });
        return result;
      } catch (error) {
        if (error instanceof Database.SqliteError) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
          span.setAttribute('error.type', error.code);
          span.setAttribute('db.response.status_code', error.code);
        }
        throw error;
      } finally {
        span.end();
      }
    });
  }
}
