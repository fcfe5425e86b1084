import type { StartSigns } from '../runner/app.ts';
import type { Testimony } from './evidence.ts';

/** For an app that shows no sign of loading anything, as in an endless loop. */
const silentMs = 15_000;

/**
 * Follows the start of an app by what its preload tells. Time alone says nothing: on a machine under load a right app
 * takes longer than a wrong one deserves.
 */
export class StartWatch implements StartSigns {
  readonly hints = new EventTarget();
  readonly #over = new AbortController();
  readonly #timer = setTimeout(() => this.#over.abort(), silentMs).unref();

  get hopeless(): AbortSignal {
    return this.#over.signal;
  }

  hear({ type }: Testimony): void {
    if (type === 'listening') this.hints.dispatchEvent(new Event('look'));
    if (type === 'loading') this.#timer.refresh();
    if (type === 'idle') this.#over.abort();
  }

  /** The app is ready, or has ended. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
