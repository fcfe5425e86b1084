import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A step's README.md, in the parts that the terminal and the console show. */
export interface Guide {
  /** The text of the first heading of level 1; absent where there is none. */
  readonly title?: string;
  /** The `<details>` blocks, in order: the first hint says least. */
  readonly hints: readonly Hint[];
  /** What a link can point at: a slug for each heading, as GitHub makes it, and each `<a id="…">`. */
  readonly anchors: readonly string[];
  readonly markdown: string;
}

export interface Hint {
  readonly summary: string;
  /** Markdown, without the surrounding blank lines. */
  readonly body: string;
}

/** The guide of the step in `dir`; an empty one where the learner has deleted it. */
export function readGuide(dir: string): Guide {
  try {
    return parseGuide(readFileSync(path.join(dir, 'README.md'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return parseGuide('');
    throw error;
  }
}

export function parseGuide(text: string): Guide {
  const markdown = text.replaceAll('\r\n', '\n');
  const prose = withoutFences(markdown);
  const headings = [...prose.matchAll(/^ {0,3}(#{1,6})[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$/gm)].map(
    ([, level = '', heading = '']) => ({ level: level.length, text: plainText(heading) }),
  );
  const slugOf = slugger();
  const title = headings.find(({ level }) => level === 1)?.text;
  const ids = [...prose.matchAll(/<a\s+(?:id|name)=["']([^"']+)["']/g)].map(([, id = '']) => id);
  return {
    ...(title && { title }),
    hints: findHints(markdown),
    anchors: [...headings.map(({ text }) => slugOf(text)), ...ids],
    markdown,
  };
}

function findHints(markdown: string): Hint[] {
  const blocks = markdown.matchAll(/<details\b[^>]*>\s*<summary>(.*?)<\/summary>(.*?)<\/details>/gs);
  return [...blocks].map(([, summary = '', body = '']) => ({ summary: summary.trim(), body: body.trim() }));
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^ {0,3}(`{3,}|~{3,}).*\n(?:.*\n)*? {0,3}\1[`~]*[ \t]*$/gm, '');
}

/** The heading as it is read: without code marks, emphasis, tags and the addresses of links. */
function plainText(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]+>/g, '')
    .replace(/[`*]/g, '')
    .trim();
}

/** Gives the anchor of each heading of a guide, written in markdown, called in their order. */
export function headingSlugs(): (heading: string) => string {
  const slugOf = slugger();
  return (heading) => slugOf(plainText(heading));
}

/** As GitHub does it: small letters, punctuation away, a hyphen for each space, and `-1`, `-2` for what is there already. */
function slugger(): (heading: string) => string {
  const taken = new Map<string, number>();
  return (heading) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const times = taken.get(slug) ?? 0;
    taken.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  };
}
