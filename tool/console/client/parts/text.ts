/** More than any row shows. */
const LONGEST_IN_ROW = 300;

/** Control characters and those that turn the direction of the text around them; what is left alone is line breaks and tabs. */
const UNSEEN = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text as it is, with what nobody could see written out: `\u202e`. */
export function readable(text: string): string {
  return text.replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As much of it, on one line, as a row can show. */
export function inRow(text: string): string {
  const line = readable(text.slice(0, LONGEST_IN_ROW + 1))
    .replace(/\s+/g, ' ')
    .trim();
  if (line === '') return '(no name)';
  return text.length > LONGEST_IN_ROW ? `${line.slice(0, LONGEST_IN_ROW).toWellFormed()}…` : line;
}

/** `1 span`, `2 spans`, `12,345 spans`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
