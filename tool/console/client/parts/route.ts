import { useEffect, useState } from 'preact/hooks';

/** What the traces' part of the page shows, kept in the address, so that it can be linked to. */
export type Route =
  | { readonly view: 'list' }
  | { readonly view: 'trace'; readonly traceId: string; readonly spanId?: string }
  /** The list, to choose the trace that `before` is compared with. */
  | { readonly view: 'choose'; readonly before: string }
  | { readonly view: 'compare'; readonly before: string; readonly after: string };

const ID = /^[0-9a-f]+$/;

export function parseRoute(hash: string): Route {
  const [view, first = '', second = ''] = hash.replace(/^#\/?/, '').split('/');
  if (view === 'trace' && ID.test(first)) {
    return { view, traceId: first, ...(ID.test(second) && { spanId: second }) };
  }
  if (view === 'compare' && ID.test(first)) {
    return ID.test(second) ? { view, before: first, after: second } : { view: 'choose', before: first };
  }
  return { view: 'list' };
}

export function routeHash(route: Route): string {
  switch (route.view) {
    case 'list':
      return '#/';
    case 'trace':
      return `#/trace/${route.traceId}${route.spanId ? `/${route.spanId}` : ''}`;
    case 'choose':
      return `#/compare/${route.before}`;
    case 'compare':
      return `#/compare/${route.before}/${route.after}`;
  }
}

export function go(route: Route): void {
  location.hash = routeHash(route);
}

/** As `go`, without a new entry in the browser's history: for a step within a view. */
export function replaceRoute(route: Route): void {
  history.replaceState(null, '', routeHash(route));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const update = () => setHash(location.hash);
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, []);
  return parseRoute(hash);
}
