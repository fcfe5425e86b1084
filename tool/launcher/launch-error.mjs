/** What keeps the workshop from starting, as problem and mend: told without a stack, exit code 3. */
export class LaunchError extends Error {
  constructor(problem, mend) {
    super(`${problem} → ${mend}`);
    this.name = 'LaunchError';
  }
}

/** Somebody stopped the install: nothing to tell, exit code 130. */
export class Interrupted extends Error {}
