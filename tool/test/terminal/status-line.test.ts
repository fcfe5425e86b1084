import { describe, expect, test } from 'vitest';
import { plainLines, statusLine } from '../../terminal/status-line.ts';

function written(columns = 40) {
  const texts: string[] = [];
  const out = { write: (text: string) => void texts.push(text) };
  return { texts, options: { out, columns: () => columns, colour: false } };
}

describe('a terminal', () => {
  test('keeps the line below what is printed, the cursor in front of it', () => {
    const { texts, options } = written();
    const output = statusLine(options);
    output.status([{ text: 'step 3' }]);
    output.print('one\ntwo');

    expect(texts).toEqual(['\r\u001B[J step 3\r', '\r\u001B[Jone\ntwo\n step 3\r']);
  });

  test('cuts the line before the width, so that it never wraps', () => {
    const { texts, options } = written(12);
    statusLine(options).status([{ text: 'step 3' }, { text: ' · 4 of 6' }]);

    expect(texts).toEqual(['\r\u001B[J step 3 ·…\r']);
  });

  test('takes the line away when it is closed', () => {
    const { texts, options } = written();
    const output = statusLine(options);
    output.status([{ text: 'step 3' }]);
    output.close();
    output.print('the end');

    expect(texts.slice(1)).toEqual(['\r\u001B[J', '\r\u001B[Jthe end\n']);
  });
});

describe('a pipe', () => {
  test('gets plain lines, and each verdict as one of them', () => {
    const { texts, options } = written();
    const output = plainLines(options);
    output.status([{ text: 'step 3 · checking' }]);
    output.verdict([{ text: 'step 3 · 1 of 2 passed' }]);
    output.print('app │ hello');
    output.verdict([{ text: 'step 3 · 1 of 2 passed' }]);
    output.verdict([{ text: 'step 3 · ' }, { text: '2 of 2 passed', style: 'green' }]);
    output.redraw();
    output.close();

    expect(texts).toEqual([
      'step 3 · 1 of 2 passed\n',
      'app │ hello\n',
      'step 3 · 1 of 2 passed\n',
      'step 3 · 2 of 2 passed\n',
    ]);
  });
});
