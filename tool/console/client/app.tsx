import { useEffect, useState } from 'preact/hooks';
import { Guide } from './guide/guide.tsx';
import { useLive } from './live/use-live.ts';
import { usePreferences } from './parts/preferences.ts';
import { useRoute } from './parts/route.ts';
import { useLayout } from './parts/use-rem.ts';
import { Banners } from './shell/banners.tsx';
import { Header } from './shell/header.tsx';
import { KeysDialog } from './shell/keys-dialog.tsx';
import { type Tab, Tabs } from './shell/tabs.tsx';
import { usePageKeys } from './shell/use-page-keys.ts';
import { Traces } from './traces/traces.tsx';
import type { ButtonAction } from './verdict/actions.tsx';
import { Confirm, type Confirmed, needsConfirmation } from './verdict/confirm.tsx';
import { summarize } from './verdict/summary.ts';
import { useActions } from './verdict/use-actions.ts';
import { Verdict } from './verdict/verdict.tsx';

/** The whole page: on a wide one the guide beside verdict and traces, on a narrow one a tab for each. */
export function App() {
  const [filter, setFilter] = useState('');
  const live = useLive(filter);
  const { lesson } = live;
  const route = useRoute();
  const layout = useLayout();
  const [preferences, onPreferences] = usePreferences();
  const [tab, setTab] = useState<Tab>(route.view === 'list' ? 'guide' : 'traces');
  const [verdictOpen, setVerdictOpen] = useState(false);
  const [keysOpen, setKeysOpen] = useState(false);
  const [asked, setAsked] = useState<Confirmed>();
  const [section, setSection] = useState<{ readonly anchor: string }>();
  const actions = useActions();
  const narrow = layout === 'narrow';

  const show = (part: Tab) => {
    setTab(part);
    if (part === 'verdict') setVerdictOpen(true);
    if (part === 'guide')
      onPreferences({ noGuide: narrow ? (preferences.noGuide ?? false) : !preferences.noGuide });
    focusPart(part);
  };
  const onAction = (action: ButtonAction) => {
    setTab('verdict');
    setVerdictOpen(true);
    if (needsConfirmation(action)) setAsked(action);
    else void actions.run(action);
  };
  const onStep = async (step: number) => {
    const answer = await actions.run('step', { step });
    if (answer?.ok === false) show('verdict');
  };
  const onGuide = (anchor: string) => {
    if (preferences.noGuide) onPreferences({ noGuide: false });
    setTab('guide');
    setSection({ anchor });
  };
  usePageKeys({
    lesson,
    preferences,
    onPreferences,
    onAction,
    onStep,
    onShow: show,
    onToggleVerdict: () => (narrow ? setTab('verdict') : setVerdictOpen(!verdictOpen)),
    onKeys: () => setKeysOpen(true),
  });
  useTitle(lesson && `${summarize(lesson).mark} Step ${lesson.step} · Tracing workshop`);
  useEffect(() => {
    if (route.view !== 'list') setTab('traces');
  }, [route.view]);

  const part = (name: Tab) => ({
    id: name,
    class: `part ${name}`,
    hidden: narrow ? tab !== name : name === 'guide' && (preferences.noGuide ?? false),
    tabIndex: -1,
    ...(narrow
      ? { role: 'tabpanel' as const, 'aria-labelledby': `tab-${name}` }
      : { role: 'region' as const, 'aria-label': name }),
  });
  return (
    <>
      <Header
        lesson={lesson}
        layout={layout}
        preferences={preferences}
        onPreferences={onPreferences}
        onKeys={() => setKeysOpen(true)}
      />
      <Banners connection={live.connection} lesson={lesson} />
      <main>
        {narrow && <Tabs tab={tab} onTab={setTab} summary={lesson && summarize(lesson)} />}
        <div class={`parts ${layout} ${preferences.noGuide ? 'no-guide' : ''}`}>
          <div {...part('guide')}>
            {lesson && <Guide lesson={lesson} epoch={live.epoch} wanted={section} onStep={onStep} />}
          </div>
          <div {...part('verdict')}>
            {lesson && (
              <Verdict
                lesson={lesson}
                open={narrow || verdictOpen}
                onToggle={() => setVerdictOpen(!verdictOpen)}
                busy={actions.busy}
                result={actions.result}
                onAction={onAction}
                onGuide={onGuide}
                onDismiss={actions.dismiss}
              />
            )}
          </div>
          <div {...part('traces')}>
            <Traces route={route} live={live} layout={layout} filter={filter} onFilter={setFilter} />
          </div>
        </div>
      </main>
      {keysOpen && (
        <KeysDialog
          preferences={preferences}
          onPreferences={onPreferences}
          onClose={() => setKeysOpen(false)}
        />
      )}
      {asked && lesson && (
        <Confirm
          action={asked}
          dir={lesson.dir}
          onAnswer={(yes) => {
            setAsked(undefined);
            if (yes) void actions.run(asked);
          }}
        />
      )}
    </>
  );
}

/** The verdict, for those who see no more of the page than its tab. */
function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title) document.title = title;
  }, [title]);
}

/** Once it is shown. */
function focusPart(part: Tab): void {
  requestAnimationFrame(() => {
    const element = document.getElementById(part);
    (element?.querySelector<HTMLElement>('[role=treegrid], .verdict-summary') ?? element)?.focus();
  });
}
