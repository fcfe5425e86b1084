import { useRef } from 'preact/hooks';
import type { Summary } from '../verdict/summary.ts';

export type Tab = 'guide' | 'traces' | 'verdict';

export const TABS: readonly Tab[] = ['guide', 'traces', 'verdict'];

const LABELS: Readonly<Record<Tab, string>> = { guide: 'Guide', traces: 'Traces', verdict: 'Verdict' };

export interface TabsProps {
  readonly tab: Tab;
  readonly onTab: (tab: Tab) => void;
  readonly summary: Summary | undefined;
}

/** On a narrow page, one of the three at a time. https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
export function Tabs({ tab, onTab, summary }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] as Tab;
    onTab(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Parts of the page" ref={list} onKeyDown={move}>
      {TABS.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={`tab-${one}`}
          aria-controls={one}
          aria-selected={one === tab}
          tabIndex={one === tab ? 0 : -1}
          onClick={() => onTab(one)}
        >
          {LABELS[one]}
          {one === 'verdict' && summary && (
            <span class={`tab-verdict ${summary.tone}`}>
              {summary.mark} {summary.short}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
