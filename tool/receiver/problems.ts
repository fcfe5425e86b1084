/** HTTP status and gRPC status that answer each kind of refused request. https://grpc.io/docs/guides/status-codes/ */
const ANSWERS = {
  malformed: [400, 3],
  'too-large': [413, 8],
  'wrong-content-type': [415, 3],
  'wrong-content-encoding': [415, 12],
  'wrong-path': [404, 12],
  'wrong-method': [405, 12],
  'http-on-grpc-port': [415, 9],
  'grpc-on-http-port': [415, 9],
  'timed-out': [408, 4],
  overloaded: [503, 14],
  internal: [500, 13],
} as const satisfies Record<string, readonly [httpStatus: number, grpcStatus: number]>;

export type RefusalKind = keyof typeof ANSWERS;

/** `bad-ids` and `missing-times` reject single spans; the last two end a connection that cannot be answered. */
export type ProblemKind = RefusalKind | 'bad-ids' | 'missing-times' | 'tls-on-plain-port' | 'not-otlp';

/** Something that keeps spans from being received. The kind is stable, the message is for the learner. */
export interface Problem {
  readonly kind: ProblemKind;
  /** One line: the problem, what follows from it, and after `→` how to mend it. */
  readonly message: string;
}

/** A request that gets an error instead of a success; it is a `Problem` too. */
export class Refusal extends Error implements Problem {
  readonly kind: RefusalKind;
  readonly httpStatus: number;
  readonly grpcStatus: number;

  constructor(kind: RefusalKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    [this.httpStatus, this.grpcStatus] = ANSWERS[kind];
  }
}

/** The refusal that answers whatever was thrown; a surprise is a bug of ours, so it keeps its stack. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const stack = error instanceof Error ? error.stack : String(error);
  return new Refusal(
    'internal',
    `The receiver failed on an export, so its spans are lost. → This is a bug of the workshop, please report it with: ${stack}`,
    { cause: error },
  );
}

/** A listener that passes on the first problem of each kind, so that a learner is told once. */
export function oncePerKind(tell: (problem: Problem) => void): (problem: Problem) => void {
  const told = new Set<string>();
  return (problem) => {
    if (told.has(problem.kind)) return;
    told.add(problem.kind);
    tell(problem);
  };
}

/** What a peer sent, safe and short enough for one line of a terminal. */
export function quoted(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
  return visible.length > 80 ? `${visible.slice(0, 79)}…` : visible;
}
