import type { LessonState } from '../../protocol.ts';
import { ActionOutput } from './action-output.tsx';
import { Actions, type ActionsProps } from './actions.tsx';
import { Assertions } from './assertions.tsx';
import { summarize } from './summary.ts';

export interface VerdictProps extends Omit<ActionsProps, 'own'> {
  readonly lesson: LessonState;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly onGuide: (anchor: string) => void;
  readonly onDismiss: () => void;
}

/** The check's verdict: a line that is always there, and all of it below when opened. */
export function Verdict(props: VerdictProps) {
  const { lesson, open } = props;
  const { tone, mark, text, next } = summarize(lesson);
  const checking = lesson.check.state === 'checking';
  const { result } = lesson.check;
  return (
    <>
      <h2 class="verdict-line">
        <button
          type="button"
          class={`verdict-summary ${tone}`}
          aria-expanded={open}
          aria-controls="verdict-body"
          onClick={props.onToggle}
        >
          <span class="mark" aria-hidden="true">
            {mark}
          </span>
          <span class="verdict-text">
            <strong>{text}</strong>
            {next && ` · next: ${next}`}
          </span>
          <span class="note">
            {checking ? 'checking …' : result && `${(result.durationMs / 1000).toFixed(1)} s`}
          </span>
          <span class={`fold ${open ? '' : 'folded'}`} aria-hidden="true" />
        </button>
      </h2>
      <p class="sr-only" role="status">
        {checking ? '' : `Step ${lesson.step}: ${text}${next ? `, next: ${next}` : ''}`}
      </p>
      <div id="verdict-body" class="verdict-body" hidden={!open}>
        <Actions own={lesson.own} busy={props.busy} onAction={props.onAction} />
        {props.result && <ActionOutput {...props.result} onDismiss={props.onDismiss} />}
        {lesson.check.state === 'broken' && lesson.check.problem && (
          <pre class="output" tabIndex={0}>
            {lesson.check.problem}
          </pre>
        )}
        {result && <Assertions result={result} stale={checking} onGuide={props.onGuide} />}
      </div>
    </>
  );
}
