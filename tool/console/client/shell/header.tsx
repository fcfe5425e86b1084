import type { LessonState } from '../../protocol.ts';
import { Icon } from '../parts/icons.tsx';
import { currentTheme, type Preferences } from '../parts/preferences.ts';

export interface HeaderProps {
  readonly lesson: LessonState | undefined;
  readonly layout: 'wide' | 'narrow';
  readonly preferences: Preferences;
  readonly onPreferences: (change: Preferences) => void;
  readonly onKeys: () => void;
}

/** Where we are, how the app is, and how the page looks. */
export function Header({ lesson, layout, preferences, onPreferences, onKeys }: HeaderProps) {
  const other = currentTheme(preferences) === 'dark' ? 'light' : 'dark';
  return (
    <header class={`top ${layout}`}>
      <h1 class={layout === 'wide' ? '' : 'sr-only'}>Tracing workshop</h1>
      {lesson && <AppState lesson={lesson} />}
      <div class="top-buttons">
        {layout === 'wide' && (
          <button
            type="button"
            class="button quiet icon-only"
            aria-pressed={!preferences.noGuide}
            aria-label="Guide"
            title="Show or fold the guide (1)"
            onClick={() => onPreferences({ noGuide: !preferences.noGuide })}
          >
            <Icon name="book" />
          </button>
        )}
        <button
          type="button"
          class="button quiet icon-only"
          aria-pressed={preferences.projector ?? false}
          aria-label="Projector mode"
          title="Projector mode: larger type (b)"
          onClick={() => onPreferences({ projector: !preferences.projector })}
        >
          <Icon name="projector" />
        </button>
        <button
          type="button"
          class="button quiet icon-only"
          aria-label={`Use the ${other} theme`}
          title={`Use the ${other} theme (t)`}
          onClick={() => onPreferences({ theme: other })}
        >
          <Icon name={other === 'dark' ? 'moon' : 'sun'} />
        </button>
        <button
          type="button"
          class="button quiet icon-only"
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
          onClick={onKeys}
        >
          <Icon name="keys" />
        </button>
      </div>
    </header>
  );
}

const WORDS = { starting: 'starting', running: 'running', ended: 'ended', stopped: 'stopped' } as const;

function AppState({ lesson: { app, dir } }: { readonly lesson: LessonState }) {
  const running = app.state === 'running';
  return (
    <p class="app-state">
      <span class={`dot ${app.state}`} aria-hidden="true" />
      <code class="dir">{dir}</code> <span>{WORDS[app.state]}</span>
      {running && (
        <a href={app.url} target="_blank" rel="noreferrer">
          {app.url.replace(/^https?:\/\//, '')}
        </a>
      )}
    </p>
  );
}
