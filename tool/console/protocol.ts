/**
 * What goes between the console's server and its page, as JSON; the page imports the types alone.
 * Times are nanoseconds since 1970 in decimal text, because JSON has no 64-bit integers.
 *
 * `GET /` is the page, an empty `<div id="app">`, with `/client.js` and `/client.css` made of `client/main.tsx`. Nothing else is
 * served, so that the places within the page are hashes: `/#/traces/<id>`.
 * A `<meta name="workshop-token">` carries what a POST must bring, a `<meta name="workshop-run">` which run made the page.
 */
import type { Attributes, SpanKind, SpanStatus } from '../trace/span.ts';

/** One line of the list of traces. */
export interface TraceSummary {
  readonly traceId: string;
  /** The root span's; the earliest span's where the root has not come. */
  readonly name: string;
  readonly service: string;
  /** How many services have spans in it. */
  readonly services: number;
  readonly startTimeUnixNano: string;
  /** From the first start to the last end; null while a span is in flight. */
  readonly durationMs: number | null;
  readonly spanCount: number;
  readonly errorCount: number;
}

export interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly parentIsRemote: boolean;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTimeUnixNano: string;
  /** Absent while the span is in flight. */
  readonly endTimeUnixNano?: string;
  /** bigint values come as decimal text. */
  readonly attributes: Attributes;
  readonly events: readonly { name: string; timeUnixNano: string; attributes: Attributes }[];
  readonly links: readonly { traceId: string; spanId: string; attributes: Attributes }[];
  readonly status: SpanStatus;
  /** Into `resources` and `scopes` of the trace, as many spans share them. */
  readonly resource: number;
  readonly scope: number;
}

/** `GET /api/traces/<traceId>` */
export interface TraceDetail {
  readonly traceId: string;
  /** In start order. */
  readonly spans: readonly WireSpan[];
  readonly resources: readonly { attributes: Attributes }[];
  readonly scopes: readonly { name: string; version?: string; attributes: Attributes }[];
  /** Where a backend that gets the traces too shows this one; absent without a backend. */
  readonly backend?: { readonly name: string; readonly url: string };
}

/** The state of the traces for one subscriber of `GET /api/events?filter=…`; the server applies the filter. */
export interface TracesSnapshot {
  /** Newest first, at most `LISTED_TRACES`. */
  readonly traces: readonly TraceSummary[];
  /** How many the store holds, whatever the filter. */
  readonly stored: number;
  /** How many match the filter. */
  readonly matching: number;
  /** Traces that had to go since the start, because the store is bounded. */
  readonly dropped: number;
  /** What is wrong with the filter, in words; absent where it was understood. */
  readonly filterProblem?: string;
}

/** At most a few a second, however many traces arrive: those that changed, and those that are no longer listed. */
export interface TracesChange extends Omit<TracesSnapshot, 'traces' | 'filterProblem'> {
  readonly changed: readonly TraceSummary[];
  readonly gone: readonly string[];
}

export const LISTED_TRACES = 500;

export interface StepState {
  readonly number: number;
  readonly name: string;
  readonly title: string;
  readonly done: boolean;
}

export interface AssertionView {
  readonly name: string;
  readonly passed: boolean;
  /** The expectation in a sentence, an empty line, then the trace that arrived as text, with the wrong span marked; '' when passed. */
  readonly message: string;
  readonly diagnosis: { readonly id: string; readonly cause: string; readonly mend: string } | null;
  /** The anchor of the guide's section. */
  readonly guide: string;
}

export interface CheckView {
  readonly passed: boolean;
  readonly durationMs: number;
  readonly assertions: readonly AssertionView[];
}

/** The step that runs, and its verdict. */
export interface LessonState {
  readonly steps: readonly StepState[];
  /** The number of the step that runs. */
  readonly step: number;
  /** Hints, diff, solve, reset and undo are for the learner's own work alone. */
  readonly own: boolean;
  /** What runs, relative to the repository: `steps/03-auto-instrumentation`. */
  readonly dir: string;
  readonly app: {
    readonly state: 'starting' | 'running' | 'ended' | 'stopped';
    /** Why it ended, or what it waits for, in a line. */
    readonly message?: string;
    readonly url: string;
  };
  readonly check: {
    readonly state: 'none' | 'checking' | 'done' | 'broken';
    /** The last result, also while a new check runs. */
    readonly result?: CheckView;
    readonly problem?: string;
  };
}

/**
 * Server-sent events by name: `session`, `traces` and `lesson` on (re)connection, `change` and `lesson` after that.
 * A browser gives one server six connections in all, so that a page that nobody sees should close its stream.
 */
export interface Events {
  /**
   * The run that answers. When it is another than the page's own the workshop was started anew, perhaps in a newer version, with another
   * token: the page reloads itself, which brings the code that fits and the token, while its hash keeps the place.
   */
  readonly session: { readonly run: string };
  readonly traces: TracesSnapshot;
  readonly change: TracesChange;
  readonly lesson: LessonState;
}

/** `GET /api/guide/<step number>` */
export interface GuideView {
  readonly number: number;
  readonly title: string;
  /**
   * Rendered and safe: made from the guide's markdown with all raw HTML but its hints' `<details>` escaped. Each id is an anchor of the
   * guide with `guide-` before it, so that none meets one of the page's own, and links within the guide have it as well:
   * `AssertionView.guide` of `what-to-do` is `#guide-what-to-do`. Code has the classes of highlight.js.
   */
  readonly html: string;
  /** The TODOs of the learner's files now, in order. */
  readonly todos: readonly TodoView[];
}

export interface TodoView {
  readonly number: number;
  readonly text: string;
  /** Relative to the repository. */
  readonly file: string;
  readonly line: number;
  /** `vscode://file/…:line` */
  readonly editorUrl: string;
  readonly absolutePath: string;
}

/**
 * `POST /api/<action>` with the header `x-workshop-token`, which the page has from its `<meta name="workshop-token">`,
 * and a JSON body with `content-type: application/json`. Answers 200 with an ActionResult, also where the command said no; 403 with one
 * where the token is of an earlier run. `check` answers once there is a verdict, which comes as `lesson` too.
 */
export type Action = 'check' | 'hint' | 'diff' | 'solve' | 'reset' | 'undo' | 'step';

export interface ActionRequest {
  /** For `step` alone: where to go. */
  readonly step?: number;
}

export interface ActionResult {
  readonly ok: boolean;
  /** What the command of that name prints, as plain text. */
  readonly text: string;
}
