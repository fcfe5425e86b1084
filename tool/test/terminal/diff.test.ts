import { describe, expect, test } from 'vitest';
import { renderDiff } from '../../terminal/diff.ts';

const mine = ['one', 'two', '// TODO 1', '// END TODO 1', 'three', 'four', 'five', 'six', ''].join('\n');
const other = ['one', 'two', 'done();', 'three', 'four', 'five', 'six', 'seven', ''].join('\n');

describe('the difference of two texts', () => {
  test('is nothing where they are equal, whatever ends their lines', () => {
    expect(renderDiff('a\r\nb\r\n', 'a\nb\n', { columns: 80, colour: false })).toBe('');
  });

  test('stands one below the other, with three lines around and the old text’s numbers', () => {
    expect(renderDiff(mine, other, { columns: 119, colour: false })).toBe(
      [
        '   1   one',
        '   2   two',
        '   3 - // TODO 1',
        '   4 - // END TODO 1',
        '     + done();',
        '   5   three',
        '   6   four',
        '   7   five',
        '   8   six',
        '     + seven',
        '',
      ].join('\n'),
    );
  });

  test('stands side by side where it is wide enough, long lines broken and not cut', () => {
    const long = `const text = '${'x'.repeat(60)}';`;
    const text = renderDiff(`a\n${long}\n`, 'a\nb\nc\n', { columns: 120, colour: false });
    const gap = (left: string) => left.padEnd(58);
    expect(text).toBe(
      [
        `${gap('   1   a')} │    1   a`,
        `${gap(`   2 - ${long.slice(0, 51)}`)} │    2 + b`,
        `${gap(`       ${long.slice(51)}`)} │`,
        `${gap('')} │    3 + c`,
        '',
      ].join('\n'),
    );
  });

  test('is coloured where that is wanted', () => {
    expect(renderDiff('a\n', 'b\n', { columns: 80, colour: true })).toBe(
      '\u001b[31m   1 - a\u001b[39m\n\u001b[32m     + b\u001b[39m\n',
    );
  });

  test('lets no file command the terminal', () => {
    expect(renderDiff('\u001b[2Ja\u0007\n', 'b\n', { columns: 80, colour: false })).toBe(
      '   1 - [2Ja\n     + b\n',
    );
  });
});
