/**
 * Words that a mistake must be told, in its cause or its mend, by the overlay's step and name: where one diagnosis has
 * several causes, the id alone does not show that it was the right one.
 */
export const told: Readonly<Record<string, string>> = {
  '01-untraced-app: line-incomplete.aborted-without-status': 'nobody got a status',
  '01-untraced-app: line-broken.indented': 'without null, 2',
  '02-provider: no-exporter.second-provider': 'the first tracer provider stays',
  '02-provider: no-span-started.registered-at-the-end': 'registered too late',
  '02-provider: resource-incomplete.variable-unset': 'its value is undefined',
  '03-auto-instrumentation: client-span-twice.without-url': 'from your own code',
  '04-custom-attributes: app-crashed': "import { createContextKey } from '@opentelemetry/api'",
  '04-custom-attributes: server-span-without-user.at-finish': 'was given up by its caller',
  '04-custom-attributes: user-on-one-span.second-provider': 'register() was called more than once',
  '05-manual-spans: query-name-unclear.undefined-table': 'SELECT undefined',
  '06-sampling: app-crashed': "TraceIdRatioBasedSampler, from '@opentelemetry/sdk-trace-base'",
  '06-sampling: app-crashed.variable-unset': "(process.env.OTEL_TRACES_SAMPLER_ARG ?? '…').trim",
  '06-sampling: sampler-not-given.second-provider': 'register() was called more than once',
  '07-timeouts: app-crashed.error-not-heard': "to that of the request: request.once('error', reject)",
  '07-timeouts: app-froze.request-error-not-heard': 'nobody listens to the error of the request',
  '07-timeouts: app-froze.response-error-not-heard': 'nobody listens to the error of the response',
  '07-timeouts: call-never-made.not-ended': 'request.end()',
  '07-timeouts: deadline-shared.remembered': 'Once a deadline has passed',
  '07-timeouts: deadline-too-short.default-outside-number': 'the ?? inside of Number()',
  '07-timeouts: no-deadline.five-seconds': 'a longer deadline',
  '07-timeouts: other-path-called': 'the slash is there twice',
  '07-timeouts: other-path-called.query-lost': 'has lost the query',
  '07-timeouts: outgoing-not-linked.one-path-ignored': 'ignoreOutgoingRequestHook',
  '07-timeouts: wrong-status-to-caller.error-middleware-of-three': 'four arguments',
  '07-timeouts: wrong-status-to-caller.exchanged': 'the two are exchanged',
  '07-timeouts: wrong-status-to-caller.own-500': 'a 500 is a fault of the shop itself',
  '07-timeouts: wrong-status-to-caller.resolved-at-close': "not at 'close'",
  '07-timeouts: wrong-status-to-caller.status-after-body': 'What is set after json() comes too late',
};
