import type { AppStart } from '../runner/app.ts';
import { renderFailure } from '../runner/failure.ts';

/** The app did not get so far that a request could be made; its message says how far it got. */
export class AppNotAnswering extends Error {
  override readonly name = 'AssertionError';

  constructor(start: Exclude<AppStart, { outcome: 'ready' }>) {
    super(`Expected the app to listen on the port that PORT names.\n\n${describeStart(start)}`);
  }
}

function describeStart(start: Exclude<AppStart, { outcome: 'ready' }>): string {
  if (start.outcome === 'not-listening') {
    return `It runs, but after ${(start.ms / 1000).toFixed(0)} s its port still refuses connections.`;
  }
  const { code, signal, failure, file } = start.exit;
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
  return `${file} ${how} before it listened.${failure ? `\n${renderFailure(failure)}` : ''}`;
}
