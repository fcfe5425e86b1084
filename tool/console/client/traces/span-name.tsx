import { isError, type Span, type SpanKind, serviceName } from '../../../trace/span.ts';
import type { SpanNode } from '../../../trace/tree.ts';
import { count, inRow } from '../parts/text.ts';
import { serviceClass } from './service-colour.ts';
import { errorDetail } from './span-facts.ts';

export interface SpanNameProps {
  readonly span: Span;
  /** The service is named where it is another than the parent's. */
  readonly parent: Span | undefined;
  readonly place?: Pick<SpanNode, 'orphan' | 'parentCycle' | 'remoteParent'>;
}

/** A span's name in a tree, with what is unusual about it in words. */
export function SpanName({ span, parent, place }: SpanNameProps) {
  const service = serviceName(span);
  const detail = errorDetail(span);
  return (
    <>
      {(!parent || serviceName(parent) !== service) && (
        <bdi class={`service-name ${serviceClass(service)}`}>{inRow(service)}</bdi>
      )}
      <bdi class="span-name">{inRow(span.name)}</bdi>
      {isError(span) && <span class="badge bad">✗ error</span>}
      {place?.orphan && <span class="badge warn">{place.parentCycle ? 'parent cycle' : 'orphan'}</span>}
      <span class="notes">
        {place?.remoteParent && <span class="note">remote parent</span>}
        {TOLD_KINDS.has(span.kind) && <span class="note kind">{span.kind}</span>}
        {isError(span) && detail && <bdi class="note bad">{inRow(detail)}</bdi>}
        {span.events.length > 0 && <span class="note">{count(span.events.length, 'event')}</span>}
        {span.links.length > 0 && <span class="note">{count(span.links.length, 'link')}</span>}
      </span>
    </>
  );
}

/** The others are said by nothing, as most spans are of them. */
const TOLD_KINDS = new Set<string>(['SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] satisfies SpanKind[]);
