import type { Live } from '../live/use-live.ts';
import type { Route } from '../parts/route.ts';
import { CompareView } from './compare-view.tsx';
import { TraceList } from './trace-list.tsx';
import { TraceView } from './trace-view.tsx';

export interface TracesProps {
  readonly route: Route;
  readonly live: Live;
  readonly layout: 'wide' | 'narrow';
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
}

/** The list of traces, one of them, or two. */
export function Traces({ route, live, layout, filter, onFilter }: TracesProps) {
  switch (route.view) {
    case 'trace':
      return (
        <TraceView
          key={route.traceId}
          traceId={route.traceId}
          spanId={route.spanId}
          live={live}
          layout={layout}
        />
      );
    case 'compare':
      return <CompareView before={route.before} after={route.after} live={live} layout={layout} />;
    default:
      return (
        <TraceList
          traces={live.traces}
          filter={filter}
          onFilter={onFilter}
          appUrl={live.lesson?.app.url}
          {...(route.view === 'choose' && { before: route.before })}
        />
      );
  }
}
