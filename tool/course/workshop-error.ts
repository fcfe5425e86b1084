/** 2: the call was wrong. 3: the workshop itself could not work. */
export type FailureExitCode = 2 | 3;

/** Something that the person at the terminal can mend: printed as `problem → mend`, without a stack. */
export class WorkshopError extends Error {
  readonly exitCode: FailureExitCode;

  constructor(problem: string, mend: string, exitCode: FailureExitCode = 3) {
    super(`${problem} → ${mend}`);
    this.name = 'WorkshopError';
    this.exitCode = exitCode;
  }
}
