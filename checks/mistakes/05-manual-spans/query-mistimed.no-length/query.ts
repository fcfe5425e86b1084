import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

export interface Query {
  operation: string;
  /** In the order of the text. */
  tables: string[];
  /** With its placeholders: values do not belong into a span. */
  text: string;
}

const tracer = trace.getTracer('shop');

/** What `run` gives, from within a CLIENT span that describes the query. */
export function traceQuery<T>({ operation, tables, text }: Query, run: () => T): T {
  const summary = [operation, ...tables].join(' ');
  const attributes = {
    'db.system.name': 'sqlite',
    // What SQLite itself calls the database of a connection.
    'db.namespace': 'main',
    'db.operation.name': operation,
    // A join is about no single collection; the summary has all of its tables.
    'db.collection.name': tables.length === 1 ? tables[0] : undefined,
    'db.query.summary': summary,
    'db.query.text': text,
  };
  return tracer.startActiveSpan(summary, { kind: SpanKind.CLIENT, attributes }, (span) => {
    try {
      return run();
    } catch (error) {
      const { name, message, code } = error as Error & { code?: string };
      // recordException() alone would leave the status unset.
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      span.setAttributes({ 'error.type': code ?? name, 'db.response.status_code': code });
      throw error;
    } finally {
      span.end(process.hrtime());
    }
  });
}
