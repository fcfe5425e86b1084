/** Where a backend shows a trace. */
export interface TraceLink {
  readonly name: string;
  readonly url: string;
}

/** A backend's pages on this machine. */
export interface Ui {
  readonly name: string;
  readonly port: number;
  /** Of its API, whose answer `isIts` knows. */
  readonly path: string;
  readonly isIts: (answer: unknown) => boolean;
  /** The path of the page that shows a trace. */
  readonly tracePath: (traceId: string) => string;
}

export interface BackendUi {
  /** Where the trace is shown; undefined as long as no backend's pages are known. Looks for them in the background. */
  link(traceId: string): TraceLink | undefined;
}

/** In the ports that the files in compose/ publish. */
export const UIS: readonly Ui[] = [
  {
    name: 'Jaeger',
    port: 16686,
    path: '/api/services',
    isIts: (answer) => isObject(answer) && 'data' in answer,
    tracePath: (traceId) => `/trace/${traceId}`,
  },
  {
    name: 'Zipkin',
    port: 9411,
    path: '/api/v2/services',
    isIts: (answer) => Array.isArray(answer),
    tracePath: (traceId) => `/zipkin/traces/${traceId}`,
  },
  {
    name: 'Grafana',
    port: 3300,
    path: '/api/health',
    isIts: (answer) => isObject(answer) && 'database' in answer,
    tracePath: (traceId) => `/explore?${new URLSearchParams({ schemaVersion: '1', panes: panes(traceId) })}`,
  },
];

const ANSWER_MS = 500;
const LOOK_AGAIN_MS = 5000;

/** https://grafana.com/docs/grafana/latest/explore/get-started-with-explore/#generate-explore-urls-from-external-tools */
function panes(traceId: string): string {
  const datasource = 'tempo';
  const query = {
    refId: 'A',
    datasource: { type: 'tempo', uid: datasource },
    queryType: 'traceql',
    query: traceId,
  };
  const range = { from: 'now-1h', to: 'now' };
  return JSON.stringify({ trace: { datasource, queries: [query], range } });
}

/** Looks at once, and again now and then while none is found, since a backend's pages may come up after its receiver. */
export function findBackendUi({
  uis = UIS,
  now = () => performance.now(),
}: {
  uis?: readonly Ui[];
  now?: () => number;
} = {}): BackendUi {
  let found: Ui | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const look = async () => {
    lookedAt = now();
    const answers = await Promise.all(uis.map(isThere));
    found = uis.find((_, at) => answers[at]);
  };
  void look();
  return {
    link: (traceId) => {
      if (found)
        return { name: found.name, url: `http://localhost:${found.port}${found.tracePath(traceId)}` };
      if (now() - lookedAt > LOOK_AGAIN_MS) void look();
      return undefined;
    },
  };
}

async function isThere({ port, path, isIts }: Ui): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal, redirect: 'error' });
    return answer.ok && isIts(await answer.json());
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
