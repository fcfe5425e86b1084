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

const named = (packages: Readonly<Record<string, string>>) =>
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

/** A name that is exported and was probably meant. */
export function nearestExport(name: string): { readonly name: string; readonly from: string } | undefined {
  const near = all.toSorted((a, b) => distance(name, a.name) - distance(name, b.name))[0];
  return near && distance(name, near.name) <= name.length / 6 ? near : undefined;
}
