/** What can be read from a text of SQL without a parser: enough for the few queries of a shop. */

/** SQLite takes what stands in double quotes for a name wherever it can be one. */
const literal = /'[^']*'|(?<=\b(?:values\b[^;]*|like\s+|in\s*\([^()]*)|[=<>]\s*)"[^"]*"|\b\d+\b/gi;
/** `items`, `"main"."items" AS i`. */
const table =
  /(?:["`[]?main["`\]]?\.)?["`[]?(\w+)["`\]]?(?:\s+(?:as\s+)?(?!(?:join|left|right|full|inner|outer|cross|natural)\b)\w+)?/i;

export function literalsIn(text: string): readonly string[] {
  return text.match(literal) ?? [];
}

/** The same for all texts that differ in their literals alone. */
export function shapeOf(text: string): string {
  return text.replace(literal, '?').replace(/\?(\s*,\s*\?)+/g, '?');
}

/** Without comments. */
export function bare(text: string): string {
  return text.replace(/--[^\n]*|\/\*.*?\*\//gs, ' ').trim();
}

/** What it does, by its first word; undefined where that is none of the four. */
export function verbIn(text: string): string | undefined {
  return /^(select|insert|update|delete)\b/.exec(bare(text).toLowerCase())?.[1];
}

/** Belongs to the opening of a database, wherever it is. */
export function definesSchema(text: string): boolean {
  return /^(create|alter|drop|pragma|analyze|vacuum|reindex)\b/i.test(bare(text));
}

export function isOfTransaction(text: string): boolean {
  return /^(begin|commit|end|rollback|savepoint|release)\b/i.test(bare(text));
}

/** One or several, as `exec()` takes them; those that make a trigger as one. */
export function statementsIn(text: string): string[] {
  if (definesSchema(text)) return [text];
  return bare(text)
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean);
}

export function insertsItem(text: string): boolean {
  return /\binsert\b.*\bitems\b/is.test(text);
}

/** What a text does and to which tables, however it is written: `select items movements`. */
export function essenceOf(text: string): string {
  const [verb = ''] = /\w+/.exec(bare(text)) ?? [];
  const tables = tablesAfter(/from|join|into|update/, text);
  return [verb.toLowerCase(), ...new Set(tables.toSorted())].join(' ');
}

/** Whether one text tells of the other: alike in essence, or its beginning. */
export function tellsOf(said: string, text: string): boolean {
  if (essenceOf(said) === essenceOf(text)) return true;
  const [short = '', long] = [said, text].map((one) => bare(one).replace(/\s+/g, ' '));
  const cut = short.replace(/ ?(…|\.\.\.)$/, '');
  return (cut.length < short.length || cut.length > shortest) && long?.startsWith(cut) === true;
}

/** Nobody cuts a text to less without a sign that there was more. */
const shortest = 40;

/** In small letters, in the order of the text. */
export function tablesRead(text: string): string[] {
  return tablesAfter(/from|join/, text);
}

function tablesAfter(words: RegExp, text: string): string[] {
  const list = `${table.source}(?:\\s*,\\s*${table.source})*`;
  const lists = bare(text)
    .replace(/'[^']*'/g, '?')
    .matchAll(new RegExp(`\\b(?:${words.source})\\s+(${list})`, 'gi'));
  return [...lists].flatMap(([, tables = '']) =>
    tables.split(',').flatMap((one) => table.exec(one.trim())?.[1]?.toLowerCase() ?? []),
  );
}
