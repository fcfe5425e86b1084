import { type AppRun, type Evidence, secondAnswer, told } from '../evidence.ts';
import type { Exchange } from '../exchange.ts';
import { statusOf } from '../shop-exchanges.ts';
import { crashMessage, crashMessages, readOfUnset } from './crash.ts';
import { mendOf } from './crash-mend.ts';
import { callsOf, endlessly, hastyRun, patientRun, wasCalled } from './deadline-runs.ts';
import type { Diagnosis } from './diagnosis.ts';

export const appCrashed: Diagnosis = {
  id: 'app-crashed',
  explain: (evidence) => {
    const [message] = crashMessages(evidence);
    // A second answer has a diagnosis of its own, and more than one cause.
    if (message === undefined || secondAnswer.test(message)) return undefined;
    const started = evidence.runs.every(({ start }) => start?.outcome === 'ready');
    const mend =
      mendOfUnheard(evidence) ??
      (thrownInTimer(evidence) ? catchesNothing : undefined) ??
      mendOfUnset(evidence) ??
      mendOf(message, started);
    return {
      cause: `The app ended by itself ${started ? 'in the midst of its work' : 'before it could do its work'}: ${message}`,
      mend,
    };
  },
};

const catchesNothing =
  'What is thrown in a timer reaches no promise and no catch block: call reject(…) or request.destroy(…) there.';

/** Whether an error ended the app that a timer threw on purpose, rather than one that nobody listened to. */
function thrownInTimer(evidence: Evidence): boolean {
  const runs = hastyRun(evidence) ? evidence.runs : [];
  return runs.flatMap((run) => told(run, 'uncaught')).some((one) => isThrow(one) && isInTimer(one.stack));
}

/** By its class, the object whose 'error' event ended the app because nobody listened to it; Node prints it. */
function unheardEmitter({ runs }: Evidence): string | undefined {
  const lines = runs.filter((run) => crashMessage(run) !== undefined).flatMap(({ output }) => output);
  return lines.map((line) => /^Emitted 'error' event on (\w+) instance/.exec(line)?.[1]).find(Boolean);
}

function mendOfUnheard(evidence: Evidence): string | undefined {
  const emitter = unheardEmitter(evidence);
  if (!emitter) return undefined;
  const listening =
    emitter === 'ClientRequest'
      ? "to that of the request: request.once('error', reject). Where you do, a line above it throws first, as setTimeout(request.destroy(…), ms) does: it takes a function, () => request.destroy(…)"
      : `to that of the ${emitter} as well: ….once('error', reject)`;
  return `An 'error' event that nobody listens to ends the process. Listen ${listening}.`;
}

function mendOfUnset(evidence: Evidence): string | undefined {
  const read = readOfUnset(evidence);
  if (!read) return undefined;
  const { variable, property } = read;
  return `Where ${variable} is not set, process.env.${variable} is undefined and has no ${property}: give it a default first, (process.env.${variable} ?? '…').${property}.`;
}

const isThrow = ({ origin, stack }: { origin: string; stack: string }) =>
  origin === 'uncaughtException' && !/^(Reference|Type)Error\b/.test(stack);
const isInTimer = (stack: string) => /\bat listOnTimeout\b/.test(stack);

/** What the packages of the course export for types alone. */
const types = new Set(
  `Item Query UpstreamAnswer RequestHandler ErrorRequestHandler
   Attributes AttributeValue Baggage Context Exception HrTime
   IdGenerator Instrumentation Link ReadableSpan Request Response
   NextFunction Sampler SamplingResult Span SpanAttributes SpanContext
   SpanExporter SpanOptions SpanProcessor SpanStatus TextMapGetter TextMapPropagator
   TextMapSetter Tracer TracerConfig TracerProvider`.split(/\s+/),
);

/** `name is not exported by package`, as an error of the ESM loader says it. */
function notExported(evidence: Evidence): { message: string; name: string; from: string } {
  const message = crashMessages(evidence)[0] ?? '';
  const [, name = '', from = ''] = /\b(\w+) is not exported by (\S+?)\.?$/.exec(message) ?? [];
  return { message, name, from };
}

export const classOfSdk3: Diagnosis = {
  id: 'class-of-sdk-3',
  explain: (evidence) => {
    const { message, name, from } = notExported(evidence);
    if (name !== 'TracerProvider' || !from.includes('sdk-trace')) return undefined;
    return {
      cause: `TracerProvider is the class of SDK 3, and this package is of 2.x: ${message}`,
      mend: "import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node', and new NodeTracerProvider( … ).",
    };
  },
};

export const typeImportedAsValue: Diagnosis = {
  id: 'type-imported-as-value',
  explain: (evidence) => {
    const { message, name, from } = notExported(evidence);
    if (!types.has(name)) return undefined;
    if (name === 'SpanStatus') {
      return {
        cause: `SpanStatus is a type, of the object that setStatus() takes: ${message}`,
        mend: "The codes are in SpanStatusCode: import { SpanStatusCode } from '@opentelemetry/api', and SpanStatusCode.ERROR.",
      };
    }
    return {
      cause: `${name} is a type, and when the app runs there are no types: ${message}`,
      mend: `Write it with the word type: import { type ${name}, … } from '${from}'.`,
    };
  },
};

export const appNeverListened: Diagnosis = {
  id: 'app-never-listened',
  explain: ({ runs }) => {
    const taken = runs.map(takenPort).find((port) => port !== undefined);
    const silent = runs.filter((run) => run.start?.outcome === 'not-listening');
    if (taken === undefined && silent.length === 0) return undefined;
    const other = silent
      .flatMap((run) => told(run, 'listening'))
      .find(({ port }) => port !== undefined)?.port;
    const instead =
      other === undefined ? 'The app runs, but nothing listens' : `The app listens on port ${other}, and not`;
    return {
      cause: taken
        ? `The app wants to listen on port ${taken}, which is taken, and not on the port that the environment variable PORT names.`
        : `${instead} on the port that the environment variable PORT names.`,
      mend: 'Listen on process.env.PORT, and let nothing before app.listen() wait for ever.',
    };
  },
};

const inCatchToo =
  ', in the catch block of app.ts too: an if without an else forgets the rest, and res.status(…) alone sends nothing';

export const appFroze: Diagnosis = {
  id: 'app-froze',
  explain: (evidence) => {
    const { runs } = evidence;
    const allSilent = runs
      .flatMap((run) => run.exchanges)
      .filter(({ outcome }) => outcome.kind === 'no-answer');
    // Where there is one whose answer the upstream does not keep back.
    const silent = allSilent.find(({ path }) => !path.endsWith('/hang')) ?? allSilent[0];
    if (!silent) return undefined;
    const cut = '/cut?bytes=4';
    const cutAlone = allSilent.every(({ path }) => path.endsWith(cut));
    if (cutAlone && runs.some((run) => wasCalled(run, cut))) {
      return {
        cause: `The app took ${silent.method} ${silent.path} and never answered it: the upstream broke its answer off, and nobody listens to the error of the response.`,
        mend: "Read the body with text(response), which rejects then, or listen: response.once('error', reject).",
      };
    }
    if (requestErrorUnheard(evidence)) {
      return {
        cause: `When the deadline passed, the call of /hang was aborted, and its caller never answered: nobody listens to the error of the request.`,
        mend: "request.once('error', reject), beside the signal: the request emits what the deadline leaves, and a connection that is refused as well.",
      };
    }
    const atRest = runs.some((run) => run.exchanges.includes(silent) && told(run, 'unanswered').length > 0);
    const inCatch = hastyRun(evidence) ? inCatchToo : '';
    return atRest
      ? {
          cause: `The app took ${silent.method} ${silent.path} and never answered it: nothing is left for it to do, and it waits for nothing.`,
          mend: `Call next() in every middleware, and send a response on every path${inCatch}. A promise that is never settled does the same to what awaits it, and so does a function in app.use() that only makes the middleware.`,
        }
      : {
          cause: `The app took ${silent.method} ${silent.path} and never answered it.`,
          mend: `Look for a loop without an end, a missing next(), or a path on which no response is sent${inCatch}.`,
        };
  },
};

/** Whether calls that failed before their headers were never told to their callers, while those that failed after them were. */
function requestErrorUnheard(evidence: Evidence): boolean {
  const run = hastyRun(evidence);
  const isSilent = ({ outcome }: Exchange) => outcome.kind === 'no-answer';
  const isLate = (call: Exchange) => statusOf(call) === 504;
  return (
    callsOf(run, '/hang').every(isSilent) &&
    wasCalled(run, '/hang') &&
    !endlessly(run, '/hang') &&
    ['/stall', '/drip'].flatMap((path) => callsOf(run, path)).some(isLate) &&
    callsOf(patientRun(evidence), '/cut').some(isSilent)
  );
}

/** A port that is not the one that PORT names, and that another program has. */
function takenPort(run: AppRun): string | undefined {
  const [, port] = /EADDRINUSE.*:(\d+)$/.exec(crashMessage(run) ?? '') ?? [];
  return port === String(run.ports.app) ? undefined : port;
}
