import { useEffect, useState } from 'preact/hooks';

/** What the reader chose, kept in the browser. */
export interface Preferences {
  /** Absent: as the system has it. */
  readonly theme?: 'light' | 'dark';
  /** Larger type, legible from the back row. */
  readonly projector?: boolean;
  /** Shortcuts of one letter can be turned off, for those who dictate. https://www.w3.org/TR/WCAG22/#character-key-shortcuts */
  readonly noShortcuts?: boolean;
  /** The guide is folded away, to give the traces its room. */
  readonly noGuide?: boolean;
}

const KEY = 'workshop-console';
const DARK = matchMedia('(prefers-color-scheme: dark)');

export function readPreferences(): Preferences {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    return {};
  }
}

export function applyPreferences(preferences = readPreferences()): void {
  const { dataset } = document.documentElement;
  dataset.theme = currentTheme(preferences);
  dataset.size = preferences.projector ? 'projector' : 'desk';
}

export function usePreferences(): [Preferences, (change: Preferences) => void] {
  const [preferences, setPreferences] = useState(readPreferences);
  useEffect(() => {
    // The system changes its theme by itself, in the evening for example.
    const onSystem = () => {
      const known = readPreferences();
      applyPreferences(known);
      setPreferences({ ...known });
    };
    DARK.addEventListener('change', onSystem);
    return () => DARK.removeEventListener('change', onSystem);
  }, []);
  const change = (part: Preferences) => {
    const next = { ...preferences, ...part };
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      // A browser that keeps nothing still has it until the page is closed.
    }
    applyPreferences(next);
    setPreferences(next);
  };
  return [preferences, change];
}

/** The theme that is seen now, whoever chose it. */
export function currentTheme({ theme }: Preferences): 'light' | 'dark' {
  return theme ?? (DARK.matches ? 'dark' : 'light');
}
