import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { pad, sanitize, truncate, widthOf, wrap } from '../../terminal/text.ts';
import { hostileText, UNSAFE } from './arbitrary-spans.ts';

describe('sanitize', () => {
  test.for([
    ['a colour', '\u001b[31mred\u001b[0m', 'red'],
    ['a screen clear', '\u001b[2J\u001b[HGET', 'GET'],
    ['a window title', '\u001b]0;owned\u0007GET', 'GET'],
    ['a hyperlink', '\u001b]8;;http://evil.example\u001b\\GET\u001b]8;;\u001b\\', 'GET'],
    ['an escape without its end', 'GET\u001b', 'GET'],
    ['an 8-bit CSI', '\u009b31mGET', 'GET'],
    ['C0 and C1 controls', 'G\u0000E\u0008T\u007f\u0090\u009c', 'GET'],
    ['bidirectional overrides', 'a\u202eb\u202ac\u2066d\u2069e\u200f', 'abcde'],
    ['invisible characters', 'G\u200bE\ufeffT\u00ad', 'GET'],
    ['newlines and tabs', ' GET\r\n\t/items\u2028x\u2029y\n', 'GET /items x y'],
    ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
  ])('takes out %s', ([, hostile, safe]) => {
    expect(sanitize(hostile as string)).toBe(safe);
  });

  test('leaves joined emoji and other scripts as they are', () => {
    expect(sanitize('👩‍👩‍👧 数据库 नमस्ते')).toBe('👩‍👩‍👧 数据库 नमस्ते');
  });

  test('leaves nothing unsafe in any text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(sanitize(text)).not.toMatch(UNSAFE);
      }),
    );
  });

  test('looks at the start only of a text of megabytes', () => {
    expect(sanitize('\u001b[x'.repeat(1_000_000)).length).toBeLessThan(2000);
  });
});

describe('widthOf', () => {
  test('counts what we draw as string-width does', () => {
    const drawn = fc.string({ unit: fc.constantFrom(...'aZ~ µ·×…←→─━╌│├└✓✗数👩\u200d\ufe0fe\u0301') });
    fc.assert(
      fc.property(fc.oneof(drawn, hostileText.map(sanitize)), (text) => {
        expect(widthOf(text)).toBe(stringWidth(text));
      }),
    );
  });

  test('counts every character that it takes to be narrow as string-width does', () => {
    for (let code = 0x20; code < 0x3000; code++) {
      const character = String.fromCodePoint(code);
      expect(widthOf(character), code.toString(16)).toBe(stringWidth(character));
    }
  });
});

describe('truncate', () => {
  test.for<[string, number, string]>([
    ['GET /items', 10, 'GET /items'],
    ['GET /items', 9, 'GET /ite…'],
    ['GET /items', 5, 'GET…'],
    ['GET', 1, '…'],
    ['GET', 0, ''],
    ['数据库查询', 6, '数据…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
  ])('%s in %i columns is %s', ([text, width, expected]) => {
    expect(truncate(text, width)).toBe(expected);
  });
});

test('pad counts a wide character as two columns', () => {
  expect(pad('数据', 6)).toBe('数据  ');
});

describe('wrap', () => {
  test('breaks between words', () => {
    expect(wrap('expected user.id = ada here', 12)).toEqual(['expected', 'user.id =', 'ada here']);
  });

  test('breaks a word that is longer than a line', () => {
    expect(wrap('a db.operation.name', 6)).toEqual(['a', 'db.ope', 'ration', '.name']);
  });

  test('loses nothing and keeps to the width', () => {
    const words = fc.array(hostileText).map((texts) => sanitize(texts.join(' ')));
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
