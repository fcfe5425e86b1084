import type { Action, ActionResult } from '../../protocol.ts';

export type ButtonAction = Exclude<Action, 'step'>;

export interface ActionsProps {
  readonly own: boolean;
  /** What is under way. */
  readonly busy: Action | undefined;
  /** What the last one gave. */
  readonly result: { readonly action: Action; readonly result: ActionResult } | undefined;
  readonly onAction: (action: ButtonAction) => void;
}

interface Button {
  readonly action: ButtonAction;
  readonly label: string;
  readonly title: string;
}

const BUTTONS: readonly Button[] = [
  { action: 'check', label: 'Check', title: 'Check the step now (c)' },
  { action: 'hint', label: 'Hint', title: 'The next hint (h)' },
  { action: 'diff', label: 'Diff', title: 'What differs from the solution (d)' },
  { action: 'solve', label: 'Solve…', title: 'Put the solution into the step' },
  { action: 'reset', label: 'Reset…', title: 'Put the step back to its start' },
  { action: 'undo', label: 'Undo…', title: 'Take back the last solve or reset' },
];

/** The commands as buttons. */
export function Actions({ own, busy, onAction }: Omit<ActionsProps, 'result'>) {
  return (
    <div class="actions">
      {BUTTONS.map(({ action, label, title }) => (
        <button
          key={action}
          type="button"
          class={`button ${action === 'check' ? 'primary' : ''}`}
          title={title}
          disabled={busy !== undefined || (!own && action !== 'check')}
          aria-busy={busy === action}
          aria-describedby={own ? undefined : 'not-own'}
          onClick={() => onAction(action)}
        >
          {label}
        </button>
      ))}
      {!own && (
        <p id="not-own" class="note">
          What runs is not your own work, so there is only the check: hints, diff, solve, reset and undo are
          for steps/.
        </p>
      )}
    </div>
  );
}
