/**
 * How many spans a second one Node exporter gets into our receiver and store, and into `@elastic/mockotlpserver`, which only decodes.
 * Exporter and receiver are processes of their own; the two receivers take turns.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

const SPANS = 50_000;
const WARM_UP_SPANS = 10_000;
const BATCH = 512;
const ROUNDS = 5;
const RECEIVERS = { ours: 'workshop', theirs: '@elastic/mockotlpserver' } as const;

export interface ReceiverRate {
  readonly receiver: string;
  /** Exports under way at once; 1 is how a BatchSpanProcessor exports. */
  readonly concurrency: number;
  /** Medians of the rounds. */
  readonly spansPerSecond: number;
  /** Of the receiver's process; 100 would mean that it cannot take more. */
  readonly receiverBusyPercent: number;
  /** Of all rounds together. */
  readonly lost: number;
}

type Role = keyof typeof RECEIVERS;

interface Round {
  readonly spansPerSecond: number;
  readonly receiverBusyPercent: number;
  readonly lost: number;
}

/** Measures both receivers, with one export at a time and with eight. */
export async function benchReceiver(): Promise<ReceiverRate[]> {
  const rates: ReceiverRate[] = [];
  for (const concurrency of [1, 8]) {
    const rounds: Record<Role, Round[]> = { ours: [], theirs: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.ours.push(await measure('ours', concurrency));
      rounds.theirs.push(await measure('theirs', concurrency));
    }
    rates.push(summary('ours', concurrency, rounds.ours), summary('theirs', concurrency, rounds.theirs));
  }
  return rates;
}

/** A line per receiver and concurrency. */
export function renderReceiverRates(rates: readonly ReceiverRate[]): string {
  const lines = rates.map(({ receiver, concurrency, spansPerSecond, receiverBusyPercent, lost }) =>
    [
      receiver.padEnd(24),
      `${concurrency} at once`.padEnd(10),
      `${Math.round(spansPerSecond).toLocaleString('en')} spans/s`.padStart(16),
      `receiver ${Math.round(receiverBusyPercent)} % busy`.padStart(20),
      `${lost} lost`.padStart(8),
    ].join('  '),
  );
  return `${lines.join('\n')}\n`;
}

function summary(role: Role, concurrency: number, rounds: readonly Round[]): ReceiverRate {
  return {
    receiver: RECEIVERS[role],
    concurrency,
    spansPerSecond: median(rounds.map((round) => round.spansPerSecond)),
    receiverBusyPercent: median(rounds.map((round) => round.receiverBusyPercent)),
    lost: rounds.reduce((sum, round) => sum + round.lost, 0),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function measure(role: Role, concurrency: number): Promise<Round> {
  const receiver = fork(fileURLToPath(import.meta.url), [role]);
  try {
    const [url] = (await once(receiver, 'message')) as [string];
    const exporter = fork(fileURLToPath(import.meta.url), ['exporter', url, String(concurrency)]);
    await once(exporter, 'message');
    const before = await ask(receiver);
    exporter.send('go');
    const [seconds] = (await once(exporter, 'message')) as [number];
    const after = await ask(receiver);
    return {
      spansPerSecond: SPANS / seconds,
      receiverBusyPercent: ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100,
      lost: SPANS - (after.spans - before.spans),
    };
  } finally {
    receiver.kill();
  }
}

interface Usage {
  readonly spans: number;
  readonly cpuSeconds: number;
}

async function ask(receiver: ChildProcess): Promise<Usage> {
  receiver.send('usage');
  const [usage] = (await once(receiver, 'message')) as [Usage];
  return usage;
}

async function runReceiver(role: Role): Promise<void> {
  let spans = 0;
  const count = (more: number) => {
    spans += more;
  };
  const url = await (role === 'ours' ? startOurs(count) : startTheirs(count));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ spans, cpuSeconds: (user + system) / 1e6 } satisfies Usage);
  });
  process.send?.(url);
}

async function startOurs(count: (spans: number) => void): Promise<string> {
  const [{ startReceiver }, { TraceStore }] = await Promise.all([
    import('../receiver/receiver.ts'),
    import('../trace/store.ts'),
  ]);
  const store = new TraceStore();
  store.onSpans((spans) => count(spans.length));
  const receiver = await startReceiver({ grpcPort: 0, httpPort: 0, onSpans: (spans) => store.add(spans) });
  return receiver.grpcUrl;
}

interface TheirTrace {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: unknown[] }[] }[];
}

interface TheirModule {
  readonly MockOtlpServer: new (options: object) => { readonly grpcUrl: URL; start(): Promise<void> };
}

async function startTheirs(count: (spans: number) => void): Promise<string> {
  // The package has no types of its own.
  const { MockOtlpServer } = createRequire(import.meta.url)('@elastic/mockotlpserver') as TheirModule;
  const server = new MockOtlpServer({
    logLevel: 'error',
    services: ['grpc'],
    grpcHostname: '127.0.0.1',
    grpcPort: 0,
    onTrace: ({ resourceSpans }: TheirTrace) => {
      for (const { scopeSpans } of resourceSpans) for (const { spans } of scopeSpans) count(spans.length);
    },
  });
  await server.start();
  return String(server.grpcUrl).replace(/\/$/, '');
}

async function runExporter(url: string, concurrency: number): Promise<void> {
  const exporter = new OTLPTraceExporter({ url });
  await exportAll(exporter, createSpans(WARM_UP_SPANS), concurrency);
  const spans = createSpans(SPANS);
  process.send?.('ready');
  await once(process, 'message');
  const started = performance.now();
  await exportAll(exporter, spans, concurrency);
  process.send?.((performance.now() - started) / 1000);
  await exporter.shutdown();
  process.disconnect();
}

/** Spans as an HTTP server makes them. */
function createSpans(count: number): ReadableSpan[] {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
  const tracer = provider.getTracer('bench', '1.0.0');
  for (let made = 0; made < count; made += 1) {
    tracer.startSpan('GET /items', { kind: SpanKind.SERVER, attributes: attributesOf(made) }).end();
  }
  return memory.getFinishedSpans();
}

function attributesOf(request: number): Attributes {
  return {
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'http.route': '/items',
    'network.protocol.version': '1.1',
    'network.peer.address': '127.0.0.1',
    'network.peer.port': 40_000 + (request % 1000),
    'server.address': 'localhost',
    'server.port': 3000,
    'url.path': '/items',
    'url.scheme': 'http',
    'user_agent.original': 'curl/8.5.0',
  };
}

async function exportAll(
  exporter: OTLPTraceExporter,
  spans: ReadableSpan[],
  concurrency: number,
): Promise<void> {
  let sent = 0;
  const worker = async () => {
    while (sent < spans.length) {
      const batch = spans.slice(sent, sent + BATCH);
      sent += batch.length;
      await exportBatch(exporter, batch);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

function exportBatch(exporter: OTLPTraceExporter, batch: ReadableSpan[]): Promise<void> {
  return new Promise((resolve, reject) => {
    exporter.export(batch, ({ error }) => (error ? reject(error) : resolve()));
  });
}

if (import.meta.main ?? process.argv[1] === fileURLToPath(import.meta.url)) {
  const [role, url = '', concurrency] = process.argv.slice(2);
  if (role === 'ours' || role === 'theirs') await runReceiver(role);
  else if (role === 'exporter') await runExporter(url, Number(concurrency));
  else process.stdout.write(renderReceiverRates(await benchReceiver()));
}
