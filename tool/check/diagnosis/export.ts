import { renderFailure } from '../../runner/failure.ts';
import { type AppRun, lostSpans, told } from '../evidence.ts';
import { refusingPort } from '../ports.ts';
import { sentAgain } from '../whole-traces.ts';
import type { Diagnosis } from './diagnosis.ts';
import { registeredTwice } from './registration.ts';

const httpPort = 4318;

const hasProblem = (runs: readonly AppRun[], kind: string) =>
  runs.some((run) => run.problems.some((one) => one.kind === kind));
const hadReceiver = (run: AppRun) => run.ports.otlp !== refusingPort;

/** A port that the app connected to, and the scenario gave it no reason for. */
const ownPort = (run: AppRun) =>
  told(run, 'connection').find(({ port }) => !Object.values(run.ports).includes(port));
const ownHost = (run: AppRun) =>
  told(run, 'lookup').find(({ host }) => !['localhost', '127.0.0.1', '::1'].includes(host));

export const wrongProtocol: Diagnosis = {
  id: 'wrong-protocol',
  explain: ({ runs }) => {
    const notInstalled = runs
      .flatMap((run) => run.output)
      .some((line) => /Cannot find .*exporter-trace-otlp-(http|proto)/.test(line));
    const toHttpPort = runs.some((run) => run.spans.length === 0 && ownPort(run)?.port === httpPort);
    if (!notInstalled && !toHttpPort && !hasProblem(runs, 'http-on-grpc-port')) return undefined;
    return {
      cause: notInstalled
        ? 'The exporter for OTLP/HTTP is imported, which this step does not use: the receiver is reached by OTLP/gRPC.'
        : toHttpPort
          ? `The app connected to port ${httpPort}, which is for OTLP/HTTP; OTLP/gRPC has port 4317.`
          : 'The app sent OTLP/HTTP to the port of OTLP/gRPC: exporter and port do not fit.',
      mend: "Import OTLPTraceExporter from '@opentelemetry/exporter-trace-otlp-grpc', and write new OTLPTraceExporter() without a url.",
    };
  },
};

export const tlsWithoutScheme: Diagnosis = {
  id: 'tls-without-scheme',
  explain: ({ runs }) => {
    const began = runs.some((run) => run.spans.length === 0 && told(run, 'tls').length > 0);
    if (!began && !hasProblem(runs, 'tls-on-plain-port')) return undefined;
    return {
      cause:
        'The exporter wants TLS, and the receiver speaks plain text: an endpoint without a scheme means TLS, as https:// and createSsl() do.',
      mend: 'Write the scheme, http://localhost:4317, or better: give neither url nor credentials, and the environment says it.',
    };
  },
};

export const endpointHardCoded: Diagnosis = {
  id: 'endpoint-hard-coded',
  explain: ({ runs }) => {
    const silent = runs.filter((run) => hadReceiver(run) && run.spans.length === 0);
    const run = silent.find((one) => ownPort(one) ?? ownHost(one));
    if (!run) return undefined;
    const own = ownPort(run) ?? ownHost(run);
    const tried = own && 'port' in own ? `${own.host}:${own.port}` : own?.host;
    return {
      cause: `The environment named http://127.0.0.1:${run.ports.otlp} as the receiver (OTEL_EXPORTER_OTLP_ENDPOINT), and the app tried ${tried}.`,
      mend: 'Write new OTLPTraceExporter() without a url: then the environment decides.',
    };
  },
};

export const noExporter: Diagnosis = {
  id: 'no-exporter',
  explain: ({ runs }) => {
    const run = runs.find((one) => told(one, 'span-ended').length > 0);
    if (!run || runs.some(({ spans }) => spans.length > 0)) return undefined;
    const tried = runs.some((one) => told(one, 'connection').some(({ port }) => port === one.ports.otlp));
    // An app that hangs or throws did not come to it.
    const healthy = run.exchanges.every(
      ({ outcome }) => outcome.kind === 'aborted' || (outcome.kind === 'answered' && outcome.status !== 500),
    );
    if (tried || !healthy || ownPort(run) || ownHost(run)) return undefined;
    const ended = told(run, 'span-ended').length;
    if (registeredTwice([run])) {
      return {
        cause: `${ended} spans ended, and the app never tried to send one: register() was called more than once, so that the first tracer provider stays, and it exports nothing.`,
        mend: 'Make one provider, with new BatchSpanProcessor(new OTLPTraceExporter()) in its list spanProcessors, and register that one alone.',
      };
    }
    return {
      cause: `${ended} spans ended, and the app never tried to send one: the provider that is registered has no OTLP exporter, or had been shut down before.`,
      mend: 'Put new BatchSpanProcessor(new OTLPTraceExporter()) into the list spanProcessors of new NodeTracerProvider({ … }), the exporter as it is and not in an object, beside what is there; where the list is given twice, only the last one counts. provider.shutdown() belongs into the handler of the signals alone.',
    };
  },
};

export const exporterNotInProcessor: Diagnosis = {
  id: 'exporter-not-in-processor',
  explain: ({ runs }) => {
    const thrown = runs
      .flatMap(({ output }) => output)
      .find((line) => /\.onStart is not a function|_spanProcessors is not iterable/.test(line));
    if (!thrown) return undefined;
    return {
      cause: thrown.includes('iterable')
        ? `spanProcessors is not a list, so that every span throws: ${thrown.trim()}`
        : `Something in spanProcessors is no span processor, such as the exporter itself, so that every span throws: ${thrown.trim()}`,
      mend: 'Write spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())].',
    };
  },
};

export const notBatched: Diagnosis = {
  id: 'not-batched',
  explain: ({ runs }) => {
    // Few spans do not come together either way.
    const [run] = runs.toSorted((a, b) => b.spans.length - a.spans.length);
    if (!run || run.spans.length < 8 || run.exports.length <= run.spans.length / 2) return undefined;
    const refused = told(run, 'diag').some(({ message }) => message.includes('Concurrent export limit'));
    return {
      cause: `${run.spans.length} spans came in ${run.exports.length} export requests: each of them sent while the app should be working.${refused ? ' Others were lost: so many at once the exporter refuses.' : ''}`,
      mend: 'Put the exporter into a BatchSpanProcessor, not a SimpleSpanProcessor, and leave its maxExportBatchSize as it is.',
    };
  },
};

export const exportedTwice: Diagnosis = {
  id: 'exported-twice',
  explain: ({ runs }) => {
    if (!runs.some((run) => sentAgain(run).length > 0)) return undefined;
    return {
      cause:
        'Every span came more than once, with the same id: two span processors export to the same place.',
      mend: 'Keep one of them in spanProcessors: the BatchSpanProcessor.',
    };
  },
};

export const neverExits: Diagnosis = {
  id: 'never-exits',
  explain: ({ runs }) => {
    const run = runs.find((one) => hadReceiver(one) && one.stopped?.killed);
    if (!run) return undefined;
    return {
      cause: `The app was told to stop by ${signalOf(run)}, and ran on: a handler of yours takes the place of the one that ends the process.`,
      mend: 'Call process.exit() in the handler, once shutdown() is done. It is done when that of each processor is: shutdown() and forceFlush() of your own must resolve.',
    };
  },
};

export const exportGivenUp: Diagnosis = {
  id: 'export-given-up',
  explain: ({ runs }) => {
    const givenUp = runs
      .filter((run) => hadReceiver(run) && lostSpans(run) > 0)
      .flatMap((run) => told(run, 'diag'))
      .find(({ message }) => message.includes('DEADLINE_EXCEEDED'));
    if (!givenUp) return undefined;
    const after = givenUp.message.match(/exceeded after ([\d.]+)s/)?.[1];
    return {
      cause: `The exporter gave an export request up${after ? ` after ${after} s` : ''}, before it could reach the receiver; its spans are lost.`,
      mend: 'Give the exporter no timeoutMillis: it counts milliseconds, and 10 s is the default, enough for a first connection.',
    };
  },
};

export const lostOnExit: Diagnosis = {
  id: 'lost-on-exit',
  explain: ({ runs }) => {
    const runsToEnd = runs.filter((run) => hadReceiver(run) && run.stopped);
    const run = runsToEnd.find((one) => lostSpans(one) > 0);
    if (!run) return undefined;
    const crash = run.exit?.failure && renderFailure(run.exit.failure);
    const flushed = runsToEnd.find((one) => signalOf(one) !== signalOf(run) && lostSpans(one) === 0);
    const end = crash
      ? `the handler failed: ${crash}`
      : 'they were still waiting in the batch when the process ended.';
    // With a handler it ends of its own accord.
    const only =
      flushed && run.exit?.signal === signalOf(run)
        ? ` After ${signalOf(flushed)} all of them came: ${signalOf(run)} has no handler.`
        : '';
    return {
      cause: `${lostSpans(run)} spans that had ended before ${signalOf(run)} never arrived; ${end}${only}`,
      mend: `${crash ? 'Mend that line. ' : ''}On SIGTERM and on SIGINT await provider.shutdown(), which exports what is left, and only then call process.exit().`,
    };
  },
};

function signalOf({ label }: AppRun): string {
  return label.match(/SIG\w+/)?.[0] ?? 'SIGTERM';
}

export const diesWithoutReceiver: Diagnosis = {
  id: 'dies-without-receiver',
  explain: ({ runs }) => {
    const run = runs.find((one) => !hadReceiver(one));
    const crash = run?.exit?.failure;
    if (!crash && !run?.stopped?.killed) return undefined;
    return {
      cause: crash
        ? `With no receiver to send to, the app crashed: ${renderFailure(crash)}`
        : 'With no receiver to send to, the app did not end after the signal.',
      mend: 'shutdown() rejects when the receiver is gone: give it a .catch(), and call process.exit() after it in any case.',
    };
  },
};
