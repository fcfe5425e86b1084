/**
 * How many learners one Collector and one Jaeger carry on this machine (Linux), with the files of compose/ and all traces kept:
 * `node --import tsx tool/test/backends/classroom.ts 30 100 300`, with JAEGER_BIN and OTELCOL_BIN set.
 * A learner is a connection of its own that sends ten requests of the shop a second, which is a loop of curl and not a person.
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { jaegerTrace } from './query.ts';
import { SET_UPS } from './set-ups.ts';

const REQUESTS_A_SECOND = 10;
const SPANS_A_REQUEST = 4;
const SECONDS = 30;
const LOOKED_UP = 300;

interface Round {
  readonly learners: number;
  readonly spansPerSecond: number;
  readonly failedSpans: number;
  /** Of 100 traces that were sent, how many Jaeger has in the end. */
  readonly foundPercent: number;
  /** 100 is one core. */
  readonly cpuPercent: number;
  readonly peakMiB: number;
}

async function measure(learners: number): Promise<Round> {
  await using setUp = await SET_UPS.collector.start({ folder: tmpdir(), env: { KEEP_PERCENT: '100' } });
  const room = Array.from({ length: learners }, () => new Learner(setUp.endpoint));
  const before = usage(setUp.pids);
  const startedAt = performance.now();
  await Promise.all(room.map((learner) => learner.work(SECONDS * 1000)));
  const seconds = (performance.now() - startedAt) / 1000;
  // What waits for its decision, and the two seconds that this takes.
  await delay(5000);
  const after = usage(setUp.pids);
  const last = room.flatMap(({ traceIds }) => traceIds.slice(-Math.ceil(LOOKED_UP / learners)));
  const found = await Promise.all(last.map(async (id) => (await jaegerTrace(setUp.queryUrl, id)).length));
  const sent = room.reduce((sum, { sentSpans }) => sum + sentSpans, 0);
  return {
    learners,
    spansPerSecond: sent / seconds,
    failedSpans: room.reduce((sum, { failedSpans }) => sum + failedSpans, 0),
    foundPercent: (found.filter((spans) => spans === SPANS_A_REQUEST).length / last.length) * 100,
    cpuPercent: ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100,
    peakMiB: after.peakMiB,
  };
}

/** One learner's app, as far as the Collector can tell. */
class Learner {
  readonly traceIds: string[] = [];
  sentSpans = 0;
  failedSpans = 0;
  readonly #provider: BasicTracerProvider;

  constructor(url: string) {
    const exporter = new OTLPTraceExporter({ url });
    const counting = {
      export: (spans: ReadableSpan[], done: Parameters<typeof exporter.export>[1]) =>
        exporter.export(spans, (result) => {
          this.sentSpans += spans.length;
          if (result.error) this.failedSpans += spans.length;
          done(result);
        }),
      shutdown: () => exporter.shutdown(),
      forceFlush: () => exporter.forceFlush(),
    };
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop', 'service.version': '1.0.0' }),
      spanProcessors: [new BatchSpanProcessor(counting, { scheduledDelayMillis: 500 })],
    });
  }

  async work(ms: number): Promise<void> {
    const pause = 1000 / REQUESTS_A_SECOND;
    await delay(Math.random() * pause);
    const end = performance.now() + ms;
    for (let next = performance.now(); next < end; next += pause) {
      await delay(Math.max(0, next - performance.now()));
      this.#request();
    }
    await this.#provider.shutdown();
  }

  #request(): void {
    const tracer = this.#provider.getTracer('shop');
    const attributes = {
      'http.request.method': 'GET',
      'http.route': '/items',
      'url.path': '/items',
      'url.scheme': 'http',
      'server.address': 'localhost',
      'server.port': 3000,
      'network.peer.address': '127.0.0.1',
      'user_agent.original': 'curl/8.5.0',
      'http.response.status_code': 200,
      'user.id': 'ada',
    };
    const start = Date.now();
    const root = tracer.startSpan('GET /items', {
      kind: SpanKind.SERVER,
      attributes,
      root: true,
      startTime: start,
    });
    const context = trace.setSpan(ROOT_CONTEXT, root);
    for (let child = 1; child < SPANS_A_REQUEST; child++) {
      const options = { kind: SpanKind.CLIENT, startTime: start + child, attributes: query };
      tracer.startSpan('SELECT items movements', options, context).end(start + child + 1);
    }
    if (Math.random() < 0.05) root.setStatus({ code: SpanStatusCode.ERROR });
    root.end(start + 8);
    this.traceIds.push(root.spanContext().traceId);
  }
}

const query = {
  'db.system.name': 'sqlite',
  'db.operation.name': 'SELECT',
  'db.collection.name': 'items',
  'db.query.text':
    'SELECT id, name, SUM(quantity) AS stock FROM items JOIN movements ON item_id = id GROUP BY id ORDER BY id',
};

const TICKS_A_SECOND = 100;

function usage(pids: readonly number[]): { cpuSeconds: number; peakMiB: number } {
  let cpuSeconds = 0;
  let peakMiB = 0;
  for (const pid of pids) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    cpuSeconds += (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    peakMiB += Number(peak) / 1024;
  }
  return { cpuSeconds, peakMiB };
}

for (const learners of process.argv.slice(2).map(Number)) {
  const round = await measure(learners);
  process.stdout.write(
    `${round.learners} learners: ${Math.round(round.spansPerSecond)} spans/s, ${round.failedSpans} refused, ` +
      `${round.foundPercent.toFixed(1)} % of the last found whole, Collector and Jaeger ${Math.round(round.cpuPercent)} % of a core, ` +
      `${Math.round(round.peakMiB)} MiB\n`,
  );
}
