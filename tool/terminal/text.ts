import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';

/** More than any line holds; what is beyond is never looked at, however large the span. */
const LONGEST = 2000;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The text without anything that a terminal would obey: escape sequences, control characters (C0, C1), bidirectional
 * overrides and other invisible formatting. White space of any kind becomes one space, so the result is one line.
 */
export function sanitize(text: string): string {
  return stripVTControlCharacters(text.slice(0, LONGEST))
    .replace(/(?![\u200C\u200D])\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .toWellFormed()
    .trim();
}

/** Characters of one column each, of which nearly all that we draw is made. */
const NARROW = /^[ -~µ·×…←→─-╿✓✗]*$/;
let stringWidth: ((text: string) => number) | undefined;

/** Terminal columns that the text takes; wide characters take two. */
export function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  // Not before it is needed: it takes as long to load as everything else that a verdict is drawn with.
  stringWidth ??= createRequire(import.meta.url)('string-width').default as (text: string) => number;
  return stringWidth(text);
}

/** The text in at most `width` columns, its end replaced by `…` where it is longer. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  return `${head(text, width - 1).trimEnd()}…`;
}

/** The text in exactly `width` columns. */
export function pad(text: string, width: number): string {
  const fitted = truncate(text, width);
  return fitted + ' '.repeat(Math.max(0, width - widthOf(fitted)));
}

/** The text in lines of at most `width` columns, broken between words; inside a word only where it is longer than a line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > width) {
      const part = head(line, width) || line.slice(0, 1);
      lines.push(part);
      line = line.slice(part.length);
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** As many whole characters from the start as `width` columns hold. */
export function head(text: string, width: number): string {
  let end = 0;
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    end += segment.length;
  }
  return text.slice(0, end);
}
