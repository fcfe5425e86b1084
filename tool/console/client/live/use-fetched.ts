import { useEffect, useState } from 'preact/hooks';
import { getJson } from './api.ts';

export type Fetched<Body> =
  | { readonly state: 'loading'; readonly body?: undefined }
  /** `body` stays what came last, also where it is gone or could not be fetched again. */
  | { readonly state: 'there' | 'gone' | 'failed'; readonly body?: Body };

/**
 * What is at `path`, fetched again whenever `version` changes; one request at a time. Of versions that come while a request runs
 * the last counts, so a trace that grows all the time is fetched as often as the machine bears.
 */
export function useFetched<Body>(path: string, version: unknown): Fetched<Body> {
  const [fetched, setFetched] = useState<Fetched<Body> & { path?: string }>({ state: 'loading' });
  const [running, setRunning] = useState(false);
  const [wanted, setWanted] = useState<string>();
  const want = `${path} ${version}`;

  useEffect(() => {
    if (running || wanted === want) return;
    setWanted(want);
    setRunning(true);
    const setBody = (state: 'there' | 'gone' | 'failed', body?: Body) =>
      setFetched((last) => {
        const known = body ?? (last.path === path ? last.body : undefined);
        return { state, path, ...(known !== undefined && { body: known }) };
      });
    getJson<Body>(path)
      .then((body) => setBody(body === undefined ? 'gone' : 'there', body))
      .catch(() => setBody('failed'))
      .finally(() => setRunning(false));
  }, [want, running, wanted, path]);

  return fetched.path === path ? fetched : { state: 'loading' };
}
