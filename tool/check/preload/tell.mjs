import { writeSync } from 'node:fs';

export function tell(evidence) {
  try {
    writeSync(3, `${JSON.stringify(evidence)}\n`);
  } catch {
    // The checker has gone or the pipe is full: evidence is a help, never a reason to fail.
  }
}
