import { useRef } from 'preact/hooks';
import { LISTED_TRACES, type TraceSummary, type TracesSnapshot } from '../../protocol.ts';
import { go, routeHash } from '../parts/route.ts';
import { useShortcuts } from '../parts/shortcuts.ts';
import { count } from '../parts/text.ts';
import { FilterBox } from './filter-box.tsx';
import { NoTraces } from './no-traces.tsx';
import { TraceLine } from './trace-line.tsx';

export interface TraceListProps {
  readonly traces: TracesSnapshot | undefined;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly appUrl: string | undefined;
  /** The trace that the one to choose here is compared with. */
  readonly before?: string;
}

/** The traces that match the filter, newest first, as they arrive. */
export function TraceList({ traces, filter, onFilter, appUrl, before }: TraceListProps) {
  const list = useRef<HTMLUListElement>(null);
  const move = (by: (index: number, last: number) => number) => {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    links[Math.max(0, Math.min(links.length - 1, by(at, links.length - 1)))]?.focus();
  };
  const keys = {
    ArrowDown: () => move((at) => at + 1),
    ArrowUp: () => move((at) => at - 1),
    Home: () => move(() => 0),
    End: () => move((_at, last) => last),
  };
  useShortcuts({
    j: keys.ArrowDown,
    k: keys.ArrowUp,
    g: keys.Home,
    G: keys.End,
    ...(before && { Escape: () => go({ view: 'trace', traceId: before }) }),
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key as keyof typeof keys]();
  };

  const shown = traces?.traces.filter(({ traceId }) => traceId !== before) ?? [];
  return (
    <div class="trace-list">
      <header class="view-head list-head">
        <h2>Traces</h2>
        <FilterBox filter={filter} onFilter={onFilter} problem={traces?.filterProblem} />
      </header>
      {before && <Choosing traces={traces?.traces ?? []} before={before} />}
      {traces && traces.stored > 0 && <Counts traces={traces} filtered={filter !== ''} />}
      {traces && shown.length === 0 && <NoTraces filtered={filter !== ''} appUrl={appUrl} />}
      {shown.length > 0 && (
        <ul ref={list} class="trace-lines" aria-label="Traces, newest first" onKeyDown={onKeyDown}>
          {shown.map((trace) => (
            <TraceLine
              key={trace.traceId}
              trace={trace}
              href={routeHash(
                before
                  ? { view: 'compare', before, after: trace.traceId }
                  : { view: 'trace', traceId: trace.traceId },
              )}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function Choosing({ traces, before }: { readonly traces: readonly TraceSummary[]; readonly before: string }) {
  const name = traces.find(({ traceId }) => traceId === before)?.name;
  return (
    <p class="notice">
      Choose the trace to compare with {name ? <bdi>{name}</bdi> : 'it'}{' '}
      <code class="id">{before.slice(0, 8)}</code>.{' '}
      <a href={routeHash({ view: 'trace', traceId: before })}>Cancel</a>
    </p>
  );
}

/** What is shown of what there is, and what had to go. */
function Counts({ traces, filtered }: { readonly traces: TracesSnapshot; readonly filtered: boolean }) {
  const { matching, stored, dropped } = traces;
  const parts = [
    filtered ? `${matching.toLocaleString('en')} of ${count(stored, 'trace')} match` : count(stored, 'trace'),
  ];
  if (matching > LISTED_TRACES) parts.push(`the newest ${LISTED_TRACES} are listed`);
  if (dropped > 0) parts.push(`${dropped.toLocaleString('en')} older ones were dropped to bound the memory`);
  return <p class="counts">{parts.join(' · ')}</p>;
}
