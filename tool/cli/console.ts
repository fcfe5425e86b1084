import type { Console } from '../console/server/server.ts';
import { canOpenBrowser, openBrowser } from '../runner/browser.ts';
import type { Lesson } from './lesson.ts';
import type { Services } from './services.ts';

export interface LessonConsoleOptions {
  readonly root: string;
  readonly port: number;
  readonly lesson: Lesson;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (text: string) => void;
  readonly open?: (url: string) => Promise<boolean>;
}

/** What arrived, and where else it is shown. */
type Traces = Pick<Services, 'store' | 'link'>;

/** The console of a lesson: never a reason for the step to end. */
export class LessonConsole {
  readonly #options: LessonConsoleOptions;
  readonly #serving = Promise.withResolvers<Console | undefined>();

  constructor(options: LessonConsoleOptions) {
    this.#options = options;
  }

  get url(): string {
    return `http://localhost:${this.#options.port}`;
  }

  /** Loaded here and not before, because the app comes first. */
  start(services: Traces): void {
    const serving = this.#serve(services).catch((error: Error) => {
      this.#options.say(
        `The console cannot start: ${error.message}. → Start again; the terminal has all that you need.`,
      );
      return undefined;
    });
    this.#serving.resolve(serving);
  }

  /** In the browser, where there is a screen for one. `asked`: by somebody who wants to know why not. */
  async open({ asked }: { asked: boolean }): Promise<void> {
    const { environment, say, open = openBrowser } = this.#options;
    if (!(await this.#serving.promise)) return;
    if (!asked && environment.CI) return;
    if (canOpenBrowser(environment) && (await open(this.url))) return;
    if (asked) say(`No browser can be opened from here. → Open ${this.url} yourself.`);
  }

  async close(): Promise<void> {
    this.#serving.resolve(undefined);
    await (await this.#serving.promise)?.close();
  }

  async #serve({ store, link }: Traces): Promise<Console> {
    const { root, port, lesson, say } = this.#options;
    const [{ startConsole }, { consoleLesson }] = await Promise.all([
      import('../console/server/server.ts'),
      import('./lesson-console.ts'),
    ]);
    const onFault = (error: unknown) => say(`The console failed: ${(error as Error).stack ?? error}`);
    return startConsole({ root, port, store, lesson: consoleLesson(lesson), backend: link, onFault });
  }
}
