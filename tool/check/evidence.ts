import type { AppExit, AppStart, AppStop } from '../runner/app.ts';
import type { UpstreamRequest } from '../runner/upstream.ts';
import type { Span } from '../trace/span.ts';
import type { Exchange } from './exchange.ts';

/** Everything that one check saw. A diagnosis reads it; the order of `runs` is the order of the scenario. */
export interface Evidence {
  readonly runs: readonly AppRun[];
}

/** One life of the app, from its start to its end. */
export interface AppRun {
  /** Why the scenario started it, in a few words. */
  readonly label: string;
  readonly start: AppStart | undefined;
  readonly stopped: AppStop | undefined;
  /** When it was told to stop, by the clock of `upstream`: what was closed later, the app left open. */
  readonly stopCalledAt: number | undefined;
  /** How it ended, told to or not; absent while it runs. */
  readonly exit: AppExit | undefined;
  /** The last lines that the app printed, stdout and stderr in order of arrival. */
  readonly output: readonly string[];
  readonly spans: readonly Span[];
  readonly exports: readonly ExportSeen[];
  readonly problems: readonly ReceiverProblem[];
  readonly exchanges: readonly Exchange[];
  readonly upstream: readonly UpstreamRequest[];
  readonly testimony: readonly Testimony[];
  /** Ports that the scenario gave to this run; what the app connects to beside them is its own idea. */
  readonly ports: { readonly app: number; readonly otlp: number; readonly upstream: number };
}

/** An OTLP export request that arrived. */
export interface ExportSeen {
  readonly transport: 'grpc' | 'http/protobuf' | 'http/json';
  readonly spanCount: number;
}

export interface ReceiverProblem {
  readonly kind: string;
  readonly message: string;
}

/**
 * What the preload in the app told. It explains a failure, and decides none but what no span can show: that an app will
 * never listen, answer or end, which queries the database was given, and what was done without a pause.
 */
export type Testimony =
  | { readonly type: 'diag'; readonly level: 'error' | 'warn'; readonly message: string }
  /** `withoutExpress`: by what its data includes or excludes. */
  | { readonly type: 'hook'; readonly specifier: string; readonly withoutExpress?: true }
  | { readonly type: 'registered'; readonly what: 'trace' | 'context' | 'propagation' }
  | { readonly type: 'created'; readonly name: string }
  | { readonly type: 'tracer'; readonly name: string }
  /** `backdated`: with a time of its own for its start. */
  | ({ readonly type: 'span-started'; readonly scope: string; readonly backdated?: true } & SpanTold)
  | ({ readonly type: 'span-ended'; readonly layer?: string } & SpanTold)
  /** One that a sampler left out; the first few alone. */
  | {
      readonly type: 'span-unsampled';
      readonly name: string;
      readonly scope: string;
      /** Whether it would have been one of kind SERVER. */
      readonly server: boolean;
      readonly route?: string;
      /** Its `express.type`. */
      readonly layer?: string;
      /** Where its parent is a span of the app that is sampled. */
      readonly leftOut?: true;
    }
  /** That tables were created, in the trace of a request or, without an id, in none. */
  | { readonly type: 'database-filled'; readonly traceId?: string }
  | QueryRan
  /** That a clock was read which gives the seconds apart from what is left of them, or in another unit. */
  | { readonly type: 'split-clock'; readonly clock: string }
  | { readonly type: 'tls' }
  | { readonly type: 'lookup'; readonly host: string }
  | { readonly type: 'connection'; readonly host: string; readonly port: number }
  | { readonly type: 'listening'; readonly port: number | undefined }
  /** That the first request came, before the app did anything about it. */
  | { readonly type: 'asked' }
  | { readonly type: 'loading' }
  | { readonly type: 'idle' }
  /** That nothing more can come to it but a request; again and again. */
  | { readonly type: 'resting' }
  /** Requests that the app has and will not answer, by `Exchange.id`: nothing more can come to it. */
  | { readonly type: 'unanswered'; readonly ids: readonly string[] }
  | { readonly type: 'uncaught'; readonly origin: string; readonly message: string; readonly stack: string }
  | { readonly type: 'patched'; readonly modules: readonly Patched[] }
  | { readonly type: 'loaded'; readonly packages: readonly string[] };

/** A query as it began, without those by which the database is filled. */
export interface QueryRan {
  readonly type: 'query-ran';
  readonly text: string;
  /** Of the span that was active; absent where none was. */
  readonly traceId?: string;
  /** The ids of the spans that were open: the active one and those around it, then the others, the last to begin first. */
  readonly within: readonly string[];
  /** In a worker thread, to which spans do not reach. */
  readonly inThread?: true;
}

/** What an instrumentation can have patched. */
export type Patched = 'incoming http' | 'outgoing http' | 'express';

interface SpanTold {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
}

/** All that the preload told of one type, in order. */
export function told<T extends Testimony['type']>(run: AppRun, type: T): Extract<Testimony, { type: T }>[] {
  return run.testimony.filter((one): one is Extract<Testimony, { type: T }> => one.type === type);
}

/** Spans that were started in the app and never ended, though the app ended in good order. */
export function neverEnded(run: AppRun): Extract<Testimony, { type: 'span-started' }>[] {
  const ended = new Set(told(run, 'span-ended').map((span) => span.spanId));
  return told(run, 'span-started').filter((span) => !ended.has(span.spanId));
}

/** The number of spans that ended in the app and did not arrive. */
export function lostSpans(run: AppRun): number {
  return told(run, 'span-ended').length - run.spans.length;
}

/** Whether a module was patched by the time that the app's first connection came. */
export function patched(run: AppRun, module: Patched): boolean {
  return told(run, 'patched').some(({ modules }) => modules.includes(module));
}

/** Whether the app loaded a package, such as `@opentelemetry/instrumentation-http`, by its first connection or its exit. */
export function loaded(run: AppRun, name: string): boolean {
  return told(run, 'loaded').some(({ packages }) => packages.includes(name));
}

/** What Node says of a second answer to a request; the code is no part of what a crash is reported with. */
export const secondAnswer = /ERR_HTTP_HEADERS_SENT|Cannot \w+ headers after they are sent/;

/** Whether a call of the upstream at this path was still open when the app was told to stop. */
export function leftOpen({ upstream, stopCalledAt = 0 }: AppRun, path: string): boolean {
  return upstream.some((request) => request.path === path && (request.closedAt ?? Infinity) > stopCalledAt);
}
