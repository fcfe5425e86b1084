import hljs from 'highlight.js/lib/core';
import typescript from 'highlight.js/lib/languages/typescript';
import { Marked, type RendererObject, type Tokens } from 'marked';
import { headingSlugs } from '../../course/guide.ts';

hljs.registerLanguage('typescript', typescript);

/** What may stand in a guide as HTML: its hints, and anchors. */
const SAFE_HTML =
  /^\s*(?:<details>(?:\s*<summary>[^<>]*<\/summary>)?|<summary>[^<>]*<\/summary>|<\/details>)\s*$/;
const ANCHOR = /^<a (?:id|name)="([\w-]+)">$/;

/**
 * The guide as HTML that can be put into a page as it is: whatever else is HTML in it is shown as text, and links lead to http and https
 * or within the guide. A link to a file says where that is, and leads nowhere. Images are their description.
 */
export function renderGuide(markdown: string): string {
  return new Marked({ renderer: guideRenderer() }).parse(markdown, { async: false });
}

function guideRenderer(): RendererObject {
  const slugOf = headingSlugs();
  return {
    heading({ depth, text, tokens }) {
      return `<h${depth} id="guide-${escapeHtml(slugOf(text))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    html: ({ text }) => safeHtml(text),
    link({ href, tokens }) {
      return link(href, this.parser.parseInline(tokens));
    },
    image: ({ text }) => escapeHtml(text),
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    code,
  };
}

function safeHtml(text: string): string {
  if (SAFE_HTML.test(text)) return text;
  const [, id] = ANCHOR.exec(text) ?? [];
  if (id) return `<a id="guide-${id}">`;
  return text === '</a>' ? text : escapeHtml(text);
}

function link(href: string, text: string): string {
  if (href.startsWith('#')) return `<a href="#guide-${escapeHtml(href.slice(1))}">${text}</a>`;
  const protocol = URL.parse(href)?.protocol;
  if (protocol === undefined) return `<span class="file" title="${escapeHtml(href)}">${text}</span>`;
  if (protocol !== 'https:' && protocol !== 'http:') return text;
  return `<a href="${escapeHtml(href)}" target="_blank" rel="noopener noreferrer">${text}</a>`;
}

/** To be reached by keyboard too, as a long line scrolls. */
function code({ text, lang }: Tokens.Code): string {
  const isCode = lang !== undefined && hljs.getLanguage(lang) !== undefined;
  const html = isCode ? hljs.highlight(text, { language: lang }).value : escapeHtml(text);
  return `<pre tabindex="0"><code${isCode ? ' class="hljs"' : ''}>${html}</code></pre>\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
