import { distance } from '../../course/nearest-step.ts';

/** Classes and functions that learners import, by where the course takes them from. */
export const callables: Readonly<Record<string, string>> = {
  'node:module': 'register',
  '@opentelemetry/api': 'createContextKey DiagConsoleLogger isSpanContextValid',
  '@opentelemetry/core':
    'CompositePropagator W3CBaggagePropagator W3CTraceContextPropagator getNumberFromEnv getStringFromEnv isTracingSuppressed suppressTracing',
  '@opentelemetry/resources': 'defaultResource detectResources emptyResource resourceFromAttributes',
  '@opentelemetry/exporter-trace-otlp-grpc': 'OTLPTraceExporter',
  '@opentelemetry/sdk-trace-node':
    'BasicTracerProvider BatchSpanProcessor ConsoleSpanExporter InMemorySpanExporter NodeTracerProvider NoopSpanProcessor RandomIdGenerator SimpleSpanProcessor',
  '@opentelemetry/sdk-trace-base':
    'AlwaysOffSampler AlwaysOnSampler ParentBasedSampler TraceIdRatioBasedSampler',
  '@opentelemetry/instrumentation': 'InstrumentationBase isWrapped registerInstrumentations',
  '@opentelemetry/instrumentation-express': 'ExpressInstrumentation',
  '@opentelemetry/instrumentation-http': 'HttpInstrumentation',
};

/** The same of what is no function. */
export const values: Readonly<Record<string, string>> = {
  '@opentelemetry/api':
    'DiagLogLevel ROOT_CONTEXT SpanKind SpanStatusCode TraceFlags context diag metrics propagation trace',
  '@opentelemetry/resources': 'envDetector hostDetector osDetector processDetector',
  '@opentelemetry/sdk-trace-base': 'SamplingDecision',
  '@opentelemetry/instrumentation-express': 'ExpressLayerType',
  '@opentelemetry/semantic-conventions':
    'ATTR_DB_COLLECTION_NAME ATTR_DB_OPERATION_NAME ATTR_DB_QUERY_TEXT ATTR_DB_SYSTEM_NAME ATTR_DEPLOYMENT_ENVIRONMENT_NAME ATTR_HTTP_REQUEST_METHOD ATTR_HTTP_ROUTE ATTR_SERVICE_NAME ATTR_SERVICE_VERSION ATTR_URL_PATH',
  '@opentelemetry/semantic-conventions/incubating': 'ATTR_USER_ID DB_SYSTEM_NAME_VALUE_SQLITE',
};

interface Export {
  readonly name: string;
  readonly from: string;
}

const named = (packages: Readonly<Record<string, string>>): Export[] =>
  Object.entries(packages).flatMap(([from, names]) => names.split(' ').map((name) => ({ name, from })));
const functions = named(callables);
const all = [...functions, ...named(values)];

/** Where a name is to be imported from. */
export function homeOf(name: string): string | undefined {
  return all.find((one) => one.name === name)?.from;
}

/** The same for a class or function alone. */
export function homeOfFunction(name: string): string | undefined {
  return functions.find((one) => one.name === name)?.from;
}

/** A name that is exported and was probably meant: misspelt by a letter or two, or without one of its words. */
export function nearestExport(name: string): Export | undefined {
  const inOtherCase = all.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (inOtherCase) return inOtherCase;
  const near = all.toSorted((a, b) => distance(name, a.name) - distance(name, b.name))[0];
  return near && distance(name, near.name) <= name.length / 6 ? near : onlyOneWith(wordsOf(name), all);
}

/** A package that was probably meant. */
export function nearestPackage(name: string): string | undefined {
  return nearestName(name, Object.keys({ ...callables, ...values }));
}

/** The one that was probably meant, misspelt by a letter or two. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const [near] = names.toSorted((a, b) => distance(name, a) - distance(name, b));
  return near !== undefined && distance(name, near) <= 2 ? near : undefined;
}

/** A class or function that a method was probably meant for: `context.createKey()` for `createContextKey()`. */
export function functionLike(method: string): Export | undefined {
  return onlyOneWith(wordsOf(method), functions);
}

function onlyOneWith(words: readonly string[], exports: readonly Export[]): Export | undefined {
  if (words.length < 2) return undefined;
  const [one, ...others] = exports.filter(({ name }) => words.every((word) => wordsOf(name).includes(word)));
  return others.length === 0 ? one : undefined;
}

function wordsOf(name: string): string[] {
  return name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [];
}
