import path from 'node:path';
import { renderReport } from '../check/report.ts';
import type { Action, ActionRequest, ActionResult } from '../console/protocol.ts';
import type { ConsoleLesson } from '../console/server/lesson.ts';
import type { Lesson } from './lesson.ts';
import { runLearnersAction } from './lesson-actions.ts';

/** A wider one would be side by side, for which the console has no room. */
const DIFF_COLUMNS = 100;
/** The console breaks lines where its window ends. */
const UNBROKEN = 10_000;

/** The lesson for the console, whose buttons do what the commands do and show what these print. */
export function consoleLesson(lesson: Lesson): ConsoleLesson {
  return {
    get state() {
      return lesson.state;
    },
    onChange: (onChange) => lesson.observe({ onChange }),
    act: (action, request) => act(lesson, action, request),
  };
}

async function act(lesson: Lesson, action: Action, request: ActionRequest): Promise<ActionResult> {
  if (action === 'check') return check(lesson);
  if (action === 'step') return moveTo(lesson, request.step);
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const streams = {
    out: { write },
    err: { write },
    columns: () => (action === 'diff' ? DIFF_COLUMNS : UNBROKEN),
    colour: false,
  };
  const ok = await runLearnersAction(action, lesson, streams);
  return { ok, text };
}

async function check(lesson: Lesson): Promise<ActionResult> {
  const { step } = lesson.target;
  const { last, problem } = await lesson.check();
  if (problem !== undefined) return { ok: false, text: `${problem}\n` };
  if (!last) return { ok: false, text: 'The check was given up.\n' };
  const guidePath = path.posix.join('steps', step.folder, 'README.md');
  const text = renderReport(last, { colour: false, columns: UNBROKEN, step, guidePath });
  return { ok: last.passed, text };
}

function moveTo(lesson: Lesson, number: number | undefined): ActionResult {
  if (number !== undefined && lesson.moveTo(number)) return { ok: true, text: `Step ${number} runs.\n` };
  const numbers = lesson.targets.map(({ step }) => step.number);
  const text = `There is no step ${number} to go to. → Choose one of ${numbers.join(', ')}.\n`;
  return { ok: false, text };
}
