import type { Action, ActionResult } from '../../protocol.ts';
import { Icon } from '../parts/icons.tsx';
import { readable } from '../parts/text.ts';

export interface ActionOutputProps {
  readonly action: Action;
  readonly result: ActionResult;
  readonly onDismiss: () => void;
}

/** A line of the diff has its number, then its mark; a line that was added has no number. */
const DIFF_LINE = /^(?: *\d+ ([-+ ])| {4,8}(\+))(?: |$)/;

/** What the command printed. */
export function ActionOutput({ action, result, onDismiss }: ActionOutputProps) {
  const text = readable(result.text.trimEnd());
  return (
    <section class={`action-output ${result.ok ? '' : 'not-ok'}`} aria-label={`What ${action} said`}>
      <button
        type="button"
        class="button quiet icon-only dismiss"
        aria-label="Close what the command said"
        onClick={onDismiss}
      >
        <Icon name="close" />
      </button>
      <pre class={`output ${action}`} tabIndex={0}>
        {action === 'diff' && result.ok ? <code class="lines">{text.split('\n').map(diffLine)}</code> : text}
      </pre>
    </section>
  );
}

function diffLine(line: string, at: number) {
  const [, numbered, added] = DIFF_LINE.exec(line) ?? [];
  const mark = added ?? numbered;
  const tone = mark === '+' ? 'added-line' : mark === '-' ? 'removed-line' : '';
  return (
    <span key={at} class={`line ${tone}`}>
      {line}
    </span>
  );
}
