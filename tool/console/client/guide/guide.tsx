import { useEffect, useRef } from 'preact/hooks';
import type { GuideView, LessonState } from '../../protocol.ts';
import { useFetched } from '../live/use-fetched.ts';
import { GuideText } from './guide-text.tsx';
import { StepNavigation } from './step-navigation.tsx';
import { TodoList } from './todo-list.tsx';

export interface GuideProps {
  readonly lesson: LessonState;
  readonly epoch: number;
  /** A section to bring into sight, anew with each new object. */
  readonly wanted: { readonly anchor: string } | undefined;
  readonly onStep: (step: number) => void;
}

/** The guide of the step that runs, and what is left to do in the learner's files. */
export function Guide({ lesson, epoch, wanted, onStep }: GuideProps) {
  // A save starts the app and a check anew, which is when a TODO may be done.
  const version = [epoch, lesson.dir, lesson.app.state, lesson.check.state].join(' ');
  const { body, state } = useFetched<GuideView>(`/api/guide/${lesson.step}`, version);
  const text = useRef<HTMLElement>(null);
  useEffect(() => {
    if (wanted && body) showSection(text.current, wanted.anchor);
  }, [wanted, body === undefined]);
  useEffect(() => {
    text.current?.closest('.guide')?.scrollTo({ top: 0 });
  }, [lesson.step]);

  return (
    <>
      <StepNavigation lesson={lesson} onStep={onStep} />
      {body && lesson.own && <TodoList todos={body.todos} />}
      {body ? (
        <GuideText html={body.html} articleRef={text} />
      ) : (
        <p class="empty">
          {state === 'loading' ? 'Loading the guide …' : 'There is no guide for this folder.'}
        </p>
      )}
      <NeighbourSteps lesson={lesson} onStep={onStep} />
    </>
  );
}

function showSection(guide: HTMLElement | null, anchor: string): void {
  const section = guide?.querySelector<HTMLElement>(`#${CSS.escape(`guide-${anchor}`)}`);
  if (!section) return;
  section.tabIndex = -1;
  section.focus({ preventScroll: true });
  section.scrollIntoView({ block: 'start' });
}

function NeighbourSteps({ lesson, onStep }: Pick<GuideProps, 'lesson' | 'onStep'>) {
  const at = lesson.steps.findIndex(({ number }) => number === lesson.step);
  const [previous, next] = [lesson.steps[at - 1], lesson.steps[at + 1]];
  if (!previous && !next) return null;
  return (
    <nav class="neighbour-steps" aria-label="Neighbouring steps">
      {previous && (
        <button type="button" class="button" onClick={() => onStep(previous.number)}>
          ← {previous.number} {previous.title}
        </button>
      )}
      {next && (
        <button type="button" class="button next" onClick={() => onStep(next.number)}>
          {next.number} {next.title} →
        </button>
      )}
    </nav>
  );
}
