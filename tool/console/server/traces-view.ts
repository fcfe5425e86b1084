import { parseFilter, type TraceFilter } from '../../trace/filter.ts';
import { LISTED_TRACES, type TraceSummary, type TracesChange, type TracesSnapshot } from '../protocol.ts';
import type { TraceList } from './trace-list.ts';

interface Judged {
  readonly version: number;
  readonly matches: boolean;
}

/** The list of traces as one subscriber has it, who may be told of changes as seldom as he likes. */
export class TracesView {
  readonly #list: TraceList;
  readonly #filter: TraceFilter;
  /** What the filter said of each stored trace, so that it reads a trace once a version. */
  #judged: ReadonlyMap<string, Judged> = new Map();
  /** What the subscriber was told last. */
  #listed: ReadonlyMap<string, number> = new Map();
  #counts = '';

  constructor(list: TraceList, filter: string) {
    this.#list = list;
    this.#filter = parseFilter(filter);
  }

  snapshot(): TracesSnapshot {
    const { problem } = this.#filter;
    const { changed, stored, matching, dropped } = this.#look();
    return { traces: changed, stored, matching, dropped, ...(problem && { filterProblem: problem }) };
  }

  /** What is different since the last call; undefined where nothing is. */
  change(): TracesChange | undefined {
    const counts = this.#counts;
    const change = this.#look();
    const same = change.changed.length === 0 && change.gone.length === 0 && counts === this.#counts;
    return same ? undefined : change;
  }

  #look(): TracesChange {
    const before = this.#listed;
    const matching = this.#matching();
    this.#listed = new Map(
      matching.slice(0, LISTED_TRACES).map((traceId) => [traceId, this.#list.versionOf(traceId)]),
    );
    const changed: TraceSummary[] = [];
    for (const [traceId, version] of this.#listed) {
      const summary = before.get(traceId) === version ? undefined : this.#list.summaryOf(traceId);
      if (summary) changed.push(summary);
    }
    const gone = [...before.keys()].filter((traceId) => !this.#listed.has(traceId));

    const { traces: stored, evictedTraces: dropped } = this.#list.store.counts;
    this.#counts = `${stored} ${matching.length} ${dropped}`;
    return { changed, gone, stored, matching: matching.length, dropped };
  }

  /** The ids of the traces that match, newest first. */
  #matching(): string[] {
    const ids = this.#list.store.traceIds();
    this.#judged = new Map(ids.map((traceId) => [traceId, this.#judge(traceId)]));
    return ids.filter((traceId) => this.#judged.get(traceId)?.matches);
  }

  #judge(traceId: string): Judged {
    const version = this.#list.versionOf(traceId);
    const known = this.#judged.get(traceId);
    if (known?.version === version) return known;
    const trace = this.#list.store.get(traceId);
    return { version, matches: trace !== undefined && this.#filter.matches(trace) };
  }
}
