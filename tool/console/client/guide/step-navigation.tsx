import type { LessonState } from '../../protocol.ts';

export interface StepNavigationProps {
  readonly lesson: LessonState;
  readonly onStep: (step: number) => void;
}

/** All steps, done or not, and the way to each. */
export function StepNavigation({ lesson, onStep }: StepNavigationProps) {
  const { steps, step } = lesson;
  if (steps.length < 2) return null;
  const done = steps.filter((one) => one.done).length;
  return (
    <nav class="steps" aria-label="Steps">
      <ol>
        {steps.map(({ number, title, done }) => (
          <li key={number}>
            <button
              type="button"
              class={`step ${done ? 'done' : ''}`}
              aria-current={number === step ? 'step' : undefined}
              aria-label={`Step ${number}: ${title}${done ? ', done' : ''}`}
              title={`${title}${done ? ' (done)' : ''}`}
              onClick={() => number !== step && onStep(number)}
            >
              {done ? '✓' : number}
            </button>
          </li>
        ))}
      </ol>
      <span class="note">
        step {step} · {done} of {steps.length} done
      </span>
    </nav>
  );
}
