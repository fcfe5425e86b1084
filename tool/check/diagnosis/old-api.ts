import { crashMessages } from './crash.ts';
import type { Diagnosis } from './diagnosis.ts';

/** Code for an older SDK that fails when it is loaded, by what Node says of it. */
const oldNames: readonly (readonly [pattern: RegExp, name: string, today: string])[] = [
  [
    /\bResource' not found|\bResource is not (exported|a constructor)/,
    'new Resource()',
    'resourceFromAttributes({ … })',
  ],
  [
    /addSpanProcessor is not a function/,
    'provider.addSpanProcessor()',
    'new NodeTracerProvider({ spanProcessors: [ … ] })',
  ],
  [
    /\bSemanticAttributes is not exported/,
    'SemanticAttributes',
    "the attribute's name as text, such as 'http.route', or an ATTR_… constant",
  ],
  [
    /\bSemanticResourceAttributes is not exported/,
    'SemanticResourceAttributes',
    "the attribute's name as text, such as 'service.name', or ATTR_SERVICE_NAME",
  ],
  [
    /\b(SEMRESATTRS|SEMATTRS)_\w+ is not exported/,
    'a SEMRESATTRS_… or SEMATTRS_… constant',
    'the ATTR_… constant of the same name',
  ],
  [
    /\bgetEnv(WithoutDefaults)? is not exported/,
    'getEnv()',
    'process.env with the name of the variable, as in process.env.OTEL_TRACES_SAMPLER_ARG',
  ],
  [
    /\bProbabilitySampler is not exported/,
    'ProbabilitySampler',
    "new TraceIdRatioBasedSampler(ratio), from '@opentelemetry/sdk-trace-base'",
  ],
  [
    /\bParentOrElseSampler is not exported/,
    'ParentOrElseSampler',
    "new ParentBasedSampler({ root: … }), from '@opentelemetry/sdk-trace-base'",
  ],
  [
    /\b(detectResources|\w+Detector)Sync is not exported by @opentelemetry\/resources/,
    'A name that ends with Sync',
    'the same name without Sync',
  ],
  [
    /Sampler is not exported by @opentelemetry\/core/,
    "A sampler in '@opentelemetry/core'",
    "import { ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base'",
  ],
  [
    /Cannot find package '@opentelemetry\/(tracing|node|exporter-collector[\w-]*|exporter-otlp-grpc|exporter-jaeger)'/,
    'This package',
    "trace, SpanKind and the like from '@opentelemetry/api', NodeTracerProvider from '@opentelemetry/sdk-trace-node', and OTLPTraceExporter from '@opentelemetry/exporter-trace-otlp-grpc'",
  ],
];

export const oldApi: Diagnosis = {
  id: 'old-api',
  explain: (evidence) => {
    const found = crashMessages(evidence).flatMap(readOldName)[0];
    if (!found) return undefined;
    const { message, name, today } = found;
    return {
      cause: `${name} is from an older version of OpenTelemetry's SDK, and version 2 does not have it.\n${message}`,
      mend: `Write ${today}.`,
    };
  },
};

function readOldName(message: string) {
  const [, name, today] = oldNames.find(([pattern]) => pattern.test(message)) ?? [];
  return name && today ? [{ message, name, today }] : [];
}
