import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../terminal/markdown.ts';

const plain = (text: string, columns = 40) => renderMarkdown(text, { columns, colour: false });

describe('markdown in a terminal', () => {
  test('has prose in lines that fit, and code as it stands', () => {
    const text = [
      '`register` is **Node’s own**, from `node:module`, and',
      'it takes *two* arguments. See [the page](https://a.b/c).',
      '',
      '```ts',
      "register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);",
      '',
      '  next();',
      '```',
    ].join('\n');
    expect(plain(text)).toBe(
      [
        '`register` is Node’s own, from',
        '`node:module`, and it takes two',
        'arguments. See the page (https://a.b/c).',
        '',
        "  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);",
        '',
        '    next();',
        '',
      ].join('\n'),
    );
  });

  test('has lists, also in lists and with numbers', () => {
    expect(
      plain('Do:\n\n- one thing that is longer than a line is\n  - inside\n- two\n\n3. three\n4. four'),
    ).toBe(
      [
        'Do:',
        '',
        '- one thing that is longer than a line',
        '  is',
        '  - inside',
        '- two',
        '',
        '3. three',
        '4. four',
        '',
      ].join('\n'),
    );
  });

  test('has headings, quotes, letters that HTML would escape, and no tags', () => {
    expect(plain('## A < B\n\n> said &\n\n<br>\n\nx <b>y</b>')).toBe('A < B\n\n│ said &\n\nx y\n');
  });

  test('is coloured where that is wanted', () => {
    expect(renderMarkdown('a **b** `c`', { columns: 40, colour: true })).toBe(
      'a \u001b[1mb\u001b[22m \u001b[36m`c`\u001b[39m\n',
    );
  });
});
