import { marked, type Token, type Tokens } from 'marked';
import { type Paint, painter } from './paint.ts';
import { wrap } from './text.ts';

export interface MarkdownOptions {
  readonly columns: number;
  readonly colour: boolean;
}

/** Markdown as a terminal shows it: prose in lines that fit, code indented and never broken, marks in place of colours. */
export function renderMarkdown(text: string, { columns, colour }: MarkdownOptions): string {
  const paint = painter(colour);
  return `${renderBlocks(marked.lexer(text), { width: columns, paint }).join('\n')}\n`;
}

interface Page {
  readonly width: number;
  readonly paint: Paint;
}

/** Lines, with an empty one between two blocks. */
function renderBlocks(tokens: readonly Token[], page: Page): string[] {
  const blocks = tokens.map((token) => renderBlock(token, page)).filter(({ length }) => length > 0);
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function renderBlock(token: Token, page: Page): string[] {
  const { width, paint } = page;
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'code':
      return token.text.split('\n').map((line: string) => `  ${paint('cyan', line)}`.trimEnd());
    case 'list':
      return (token as Tokens.List).items.flatMap((item, index) => renderItem(item, index, token, page));
    case 'blockquote':
      return indent(renderBlocks(childrenOf(token) ?? [], { width: width - 2, paint }), '│ ');
    case 'heading':
      return wrap(paint('bold', renderInline(childrenOf(token) ?? [], paint)), width);
    default: {
      const inline = token.type === 'html' ? [] : (childrenOf(token) ?? [token]);
      return renderInline(inline, paint)
        .split('\n')
        .flatMap((line) => (line === '' ? [] : wrap(line, width)));
    }
  }
}

function renderItem(item: Tokens.ListItem, index: number, list: Token, { width, paint }: Page): string[] {
  const { ordered, start } = list as Tokens.List;
  const mark = ordered ? `${Number(start) + index}. ` : '- ';
  const page = { width: width - mark.length, paint };
  const lines = item.loose
    ? renderBlocks(item.tokens, page)
    : item.tokens.flatMap((token) => renderBlock(token, page));
  const [first = '', ...others] = lines;
  return [`${mark}${first}`, ...indent(others, ' '.repeat(mark.length))];
}

function indent(lines: readonly string[], by: string): string[] {
  return lines.map((line) => `${by}${line}`.trimEnd());
}

function renderInline(tokens: readonly Token[], paint: Paint): string {
  return tokens.map((token) => renderSpan(token, paint)).join('');
}

function renderSpan(token: Token, paint: Paint): string {
  const inside = () => renderInline(childrenOf(token) ?? [], paint);
  switch (token.type) {
    case 'codespan':
      // Marked also without colours, or a name reads as a word of the sentence.
      return paint('cyan', `\`${token.text}\``);
    case 'strong':
      return paint('bold', inside());
    case 'em':
      return paint('italic', inside());
    case 'link':
      return token.text === token.href ? token.href : `${inside()} (${token.href})`;
    case 'br':
      return '\n';
    case 'html':
      return '';
    default:
      return childrenOf(token) ? inside() : (token as Tokens.Text).text.replace(/\s*\n\s*/g, ' ');
  }
}

const childrenOf = (token: Token): Token[] | undefined => ('tokens' in token ? token.tokens : undefined);
