import type { Action, ActionRequest, ActionResult, CheckView, LessonState } from '../../console/protocol.ts';
import type { ConsoleLesson } from '../../console/server/lesson.ts';

export const FAILED_CHECK: CheckView = {
  passed: false,
  durationMs: 1234,
  assertions: [
    { name: 'the app starts and answers', passed: true, message: '', diagnosis: null, guide: 'what-to-do' },
    { name: 'a request is one SERVER span', passed: true, message: '', diagnosis: null, guide: 'what-to-do' },
    {
      name: 'the SERVER span is named by method and route',
      passed: false,
      message: [
        'Expected the SERVER span of GET /items to be named "GET /items".',
        '',
        '✗ GET SERVER 59.1 ms   ← should be named GET /items',
        '├ middleware - timing INTERNAL 77.6 µs',
        '└ + missing: INTERNAL span with express.type = request_handler',
      ].join('\n'),
      diagnosis: {
        id: 'no-esm-hook',
        cause: 'HTTP spans came, with bare names such as "GET", and not one from Express.',
        mend: "In tracing.ts: register('@opentelemetry/instrumentation/hook.mjs', import.meta.url).",
      },
      guide: 'the-hook',
    },
    {
      name: 'an Express span lies inside the SERVER span',
      passed: false,
      message: 'Expected an INTERNAL span of Express inside the SERVER span.',
      diagnosis: null,
      guide: 'the-instrumentations',
    },
  ],
};

const TITLES = [
  'The app without tracing',
  'Provider',
  'Auto-instrumentation',
  'Custom attributes',
  'Manual spans',
  'Sampling',
  'Timeouts',
];

export const SAMPLE_STATE: LessonState = {
  steps: TITLES.map((title, at) => ({ number: at + 1, name: `step-${at + 1}`, title, done: at < 2 })),
  step: 3,
  own: true,
  dir: 'steps/03-auto-instrumentation',
  app: { state: 'running', url: 'http://localhost:3000' },
  check: { state: 'done', result: FAILED_CHECK },
};

/** A lesson whose state a test sets, and which notes what the page asks for. */
export class SampleLesson implements ConsoleLesson {
  readonly asked: [Action, ActionRequest][] = [];
  readonly #listeners = new Set<() => void>();
  answer: (action: Action) => ActionResult | Promise<ActionResult> = (action) => ({
    ok: true,
    text: `did ${action}`,
  });
  #state: LessonState;

  constructor(state: Partial<LessonState> = {}) {
    this.#state = { ...SAMPLE_STATE, ...state };
  }

  get state(): LessonState {
    return this.#state;
  }

  set(change: Partial<LessonState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async act(action: Action, request: ActionRequest): Promise<ActionResult> {
    this.asked.push([action, request]);
    if (action === 'step' && request.step !== undefined) this.set({ step: request.step });
    return this.answer(action);
  }
}
