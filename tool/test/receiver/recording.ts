import {
  type ExportRecord,
  type Limits,
  type Problem,
  type Receiver,
  startReceiver,
} from '../../receiver/receiver.ts';
import type { Span } from '../../trace/span.ts';

/** A receiver on free ports, and all that it told. */
export interface Recording extends AsyncDisposable {
  readonly receiver: Receiver;
  readonly spans: Span[];
  readonly exports: ExportRecord[];
  readonly problems: Problem[];
}

export async function startRecording(limits: Partial<Limits> = {}): Promise<Recording> {
  const told = { spans: [] as Span[], exports: [] as ExportRecord[], problems: [] as Problem[] };
  const receiver = await startReceiver({
    grpcPort: 0,
    httpPort: 0,
    limits,
    now: () => 1234,
    onSpans: (spans) => told.spans.push(...spans),
    onExport: (record) => told.exports.push(record),
    onProblem: (problem) => told.problems.push(problem),
  });
  return { receiver, ...told, [Symbol.asyncDispose]: () => receiver.close() };
}
