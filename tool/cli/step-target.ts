import path from 'node:path';
import { readGuide } from '../course/guide.ts';
import type { Target } from './arguments.ts';

/** A step as its runner knows it. */
export interface StepTarget {
  readonly number: number;
  readonly name: string;
  readonly dir: string;
  /** The text of the step's guide, whose `curl` lines are what to try. */
  readonly guide?: string;
  readonly guideFile?: string;
}

/** The guide is the learner's also where the app is the solution. */
export function stepTarget({ step, dir }: Target): StepTarget {
  const guideFile = path.join(step.dir, 'README.md');
  return { number: step.number, name: step.name, dir, guide: readGuide(step.dir).markdown, guideFile };
}
