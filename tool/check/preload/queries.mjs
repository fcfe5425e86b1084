import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { openSpans } from './api.mjs';
import { tell } from './tell.mjs';

/**
 * Loaded after `preload.mjs` where a check is about queries: tells what better-sqlite3 runs, and the spans that are open
 * meanwhile, since no span can say whether its query ran in it. Of the trace in which the tables are created, and filled,
 * nothing but that.
 */
const require = createRequire(import.meta.url);
const Database = require('better-sqlite3');
const { trace } = require('@opentelemetry/api');
/** In them a database is filled. */
const openings = ['open database', 'seed database'];
/** A request that makes more of them makes too many in any case. */
const perTrace = 200;
const filledIn = new WeakMap();
const told = new Map();

watchStatements();
watchExec();

/** The statements are of a native class, which is only reached by one of them. */
function watchStatements() {
  const sample = new Database(':memory:');
  const statement = Object.getPrototypeOf(sample.prepare('SELECT 1'));
  sample.close();
  for (const method of ['run', 'get', 'all']) {
    const own = statement[method];
    statement[method] = function (...args) {
      ran(this?.database, this?.source);
      return own.apply(this, args);
    };
  }
  const { iterate } = statement;
  statement.iterate = function (...args) {
    const rows = iterate.apply(this, args);
    const { next } = rows;
    let running = false;
    // It runs when the first row is asked for.
    rows.next = (...more) => {
      if (!running) ran(this.database, this.source);
      running = true;
      return next.apply(rows, more);
    };
    return rows;
  };
}

function watchExec() {
  const { exec } = Database.prototype;
  Database.prototype.exec = function (text) {
    ran(this, text);
    return exec.call(this, text);
  };
}

function ran(database, text) {
  // Without its object: the method will say so.
  if (database === undefined) return;
  const active = trace.getActiveSpan()?.spanContext();
  const traceId = active?.traceId;
  if (!filledIn.has(database) && /^\s*create\s/i.test(text)) {
    filledIn.set(database, traceId);
    tell({ type: 'database-filled', traceId });
  }
  if (filledIn.has(database) && filledIn.get(database) === traceId) return;
  const around = openAround(active?.spanId);
  if (around.some((id) => openings.includes(openSpans.get(id).name))) return;
  const count = (told.get(traceId) ?? 0) + 1;
  told.set(traceId, count);
  if (count > perTrace) return;
  const others = [...openSpans.keys()].toReversed().filter((id) => !around.includes(id));
  tell({
    type: 'query-ran',
    text: String(text),
    traceId,
    within: [...around, ...others],
    ...(!isMainThread && { inThread: true }),
  });
}

/** The active span and those around it, as far as they are open. */
function openAround(active) {
  const around = [];
  for (let id = active; openSpans.has(id) && !around.includes(id); id = openSpans.get(id).parentId)
    around.push(id);
  return around;
}
