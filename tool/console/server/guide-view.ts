import { readFileSync } from 'node:fs';
import path from 'node:path';
import { appFileNames } from '../../course/app-files.ts';
import { readGuide } from '../../course/guide.ts';
import { findTodos } from '../../course/regions.ts';
import { listSteps } from '../../course/steps.ts';
import type { GuideView, LessonState, TodoView } from '../protocol.ts';

/** The guide of a step and what is left to do in its files; undefined where there is no such step. */
export async function guideView(
  root: string,
  number: number,
  { step: running, dir }: Pick<LessonState, 'step' | 'dir'>,
): Promise<GuideView | undefined> {
  const step = listSteps(root).find((one) => one.number === number);
  if (!step) return undefined;
  const { renderGuide } = await import('./guide-html.ts');
  const appDir = number === running ? path.join(root, dir) : step.dir;
  return {
    number,
    title: step.title,
    html: renderGuide(readGuide(step.dir).markdown),
    todos: todosIn(root, appDir),
  };
}

const CODE = /\.[cm]?[jt]s$/;

function todosIn(root: string, dir: string): TodoView[] {
  const names = appFileNames(dir).filter((name) => CODE.test(name));
  const todos = names.flatMap((name) => {
    const absolutePath = path.join(dir, name);
    const file = path.relative(root, absolutePath).replaceAll('\\', '/');
    return findTodos(readFileSync(absolutePath, 'utf8')).map(({ number, outcome, line }) => {
      return { number, text: outcome, file, line, editorUrl: editorUrl(absolutePath, line), absolutePath };
    });
  });
  return todos.sort((a, b) => a.number - b.number);
}

/** https://code.visualstudio.com/docs/configure/command-line#_opening-vs-code-with-urls */
function editorUrl(absolutePath: string, line: number): string {
  const slashed = absolutePath.replaceAll('\\', '/').replace(/^(?!\/)/, '/');
  return `vscode://file${encodeURI(slashed).replace(/[?#]/g, encodeURIComponent)}:${line}`;
}
