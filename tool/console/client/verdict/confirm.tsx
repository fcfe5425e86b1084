import { useEffect, useRef } from 'preact/hooks';
import type { ButtonAction } from './actions.tsx';

export type Confirmed = Extract<ButtonAction, 'solve' | 'reset' | 'undo'>;

const QUESTIONS: Readonly<Record<Confirmed, { title: string; text: string; yes: string }>> = {
  solve: {
    title: 'Put the solution into the step?',
    text: 'It replaces your files. They are kept, and undo brings them back.',
    yes: 'Solve',
  },
  reset: {
    title: 'Put the step back to its start?',
    text: 'It replaces your files. They are kept, and undo brings them back.',
    yes: 'Reset',
  },
  undo: {
    title: 'Take back the last solve or reset?',
    text: 'The files that it replaced come back; those that are there now are kept as well.',
    yes: 'Undo',
  },
};

export function needsConfirmation(action: ButtonAction): action is Confirmed {
  return Object.hasOwn(QUESTIONS, action);
}

export interface ConfirmProps {
  readonly action: Confirmed;
  readonly dir: string;
  readonly onAnswer: (yes: boolean) => void;
}

/** Asks before the learner's files are replaced. */
export function Confirm({ action, dir, onAnswer }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { title, text, yes } = QUESTIONS[action];
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onClose={() => onAnswer(false)}>
      <h2 id="confirm-title">{title}</h2>
      <p>
        <code>{dir}</code>
      </p>
      <p>{text}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" autoFocus onClick={() => onAnswer(false)}>
          Cancel
        </button>
        <button type="button" class="button primary" onClick={() => onAnswer(true)}>
          {yes}
        </button>
      </div>
    </dialog>
  );
}
