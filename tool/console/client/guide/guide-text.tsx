import type { RefObject } from 'preact';
import { memo } from 'preact/compat';

export interface GuideTextProps {
  readonly html: string;
  readonly articleRef: RefObject<HTMLElement | null>;
}

/** Only new text touches the page, so that opened hints stay open at every save. */
export const GuideText = memo(function GuideText({ html, articleRef }: GuideTextProps) {
  return (
    <article
      ref={articleRef}
      class="guide-text"
      onClick={scrollWithin}
      // The server escapes all HTML of the guide but the hints' own, see GuideView.
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
});

/** The address keeps the place in the traces; a link within the guide only scrolls. */
function scrollWithin(event: MouseEvent): void {
  const link = (event.target as Element).closest('a');
  const hash = link?.getAttribute('href');
  if (!hash?.startsWith('#')) return;
  event.preventDefault();
  document.getElementById(hash.slice(1))?.scrollIntoView({ block: 'start' });
}
