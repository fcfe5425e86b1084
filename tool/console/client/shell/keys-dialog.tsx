import { useEffect, useRef } from 'preact/hooks';
import type { Preferences } from '../parts/preferences.ts';

/** By what they are for. */
const KEYS: readonly (readonly [title: string, keys: readonly (readonly [keys: string, does: string])[]])[] =
  [
    [
      'Traces',
      [
        ['/', 'filter'],
        ['j k  ↓ ↑', 'next, previous'],
        ['g G', 'first, last'],
        ['Enter', 'open, fold or unfold'],
        ['← →', 'fold, unfold'],
        ['=', 'compare with another trace'],
        ['Esc', 'back'],
      ],
    ],
    [
      'Step',
      [
        ['c', 'check now, and show the verdict'],
        ['v', 'open or close the verdict'],
        ['h', 'the next hint'],
        ['d', 'what differs from the solution'],
        ['n p', 'next, previous step'],
      ],
    ],
    [
      'Page',
      [
        ['1 2 3', 'guide, traces, verdict'],
        ['b', 'projector mode: larger type'],
        ['t', 'light or dark'],
        ['?', 'these keys'],
      ],
    ],
  ];

export interface KeysDialogProps {
  readonly preferences: Preferences;
  readonly onPreferences: (change: Preferences) => void;
  readonly onClose: () => void;
}

export function KeysDialog({ preferences, onPreferences, onClose }: KeysDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keyboard shortcuts</h2>
      <div class="key-groups">
        {KEYS.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    {key.split(/ +/).map((one) => (
                      <kbd key={one}>{one}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label>
        <input
          type="checkbox"
          checked={!preferences.noShortcuts}
          onChange={(event) => onPreferences({ noShortcuts: !event.currentTarget.checked })}
        />{' '}
        Keys of one character are on
      </label>
      <div class="dialog-buttons">
        <button type="button" class="button primary" autoFocus onClick={onClose}>
          Close
        </button>
      </div>
    </dialog>
  );
}
