import type { Action, ActionRequest, ActionResult, LessonState } from '../protocol.ts';

/** The lesson that runs, as the console sees it; the terminal shows the same one. */
export interface ConsoleLesson {
  readonly state: LessonState;
  /** Calls back whenever `state` is another. Gives the function that ends this. */
  onChange(listener: () => void): () => void;
  act(action: Action, request: ActionRequest): Promise<ActionResult>;
}
