import type { LessonState } from '../../protocol.ts';
import { currentTheme, type Preferences } from '../parts/preferences.ts';
import { useShortcuts } from '../parts/shortcuts.ts';
import type { ButtonAction } from '../verdict/actions.tsx';
import type { Tab } from './tabs.tsx';

export interface PageKeysOptions {
  readonly lesson: LessonState | undefined;
  readonly preferences: Preferences;
  readonly onPreferences: (change: Preferences) => void;
  readonly onAction: (action: ButtonAction) => void;
  readonly onStep: (step: number) => void;
  readonly onShow: (tab: Tab) => void;
  readonly onToggleVerdict: () => void;
  readonly onKeys: () => void;
}

/** The keys that work everywhere on the page; those of the terminal mean the same here. */
export function usePageKeys(options: PageKeysOptions): void {
  const { lesson, preferences, onPreferences, onAction, onStep, onShow } = options;
  const own = (action: ButtonAction) => () => {
    if (lesson?.own) onAction(action);
  };
  const move = (by: 1 | -1) => () => {
    const at = lesson?.steps.findIndex(({ number }) => number === lesson.step) ?? -1;
    const step = at < 0 ? undefined : lesson?.steps[at + by];
    if (step) onStep(step.number);
  };
  useShortcuts({
    c: () => onAction('check'),
    v: options.onToggleVerdict,
    h: own('hint'),
    d: own('diff'),
    n: move(1),
    p: move(-1),
    1: () => onShow('guide'),
    2: () => onShow('traces'),
    3: () => onShow('verdict'),
    b: () => onPreferences({ projector: !preferences.projector }),
    t: () => onPreferences({ theme: currentTheme(preferences) === 'dark' ? 'light' : 'dark' }),
    '?': options.onKeys,
  });
}
