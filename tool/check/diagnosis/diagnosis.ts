import type { Evidence } from '../evidence.ts';

/** A known mistake: recognised by what it leaves in the evidence, never by the learner's code. */
export interface Diagnosis {
  /** The id in the catalogue of mistakes. */
  readonly id: string;
  /** Undefined when the evidence does not show this mistake. */
  readonly explain: (evidence: Evidence) => Explanation | undefined;
}

export interface Explanation {
  /** What went wrong, as the evidence shows it, in one or two sentences. */
  readonly cause: string;
  /** What to do about it. */
  readonly mend: string;
}
