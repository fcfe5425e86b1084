import fc from 'fast-check';
import type { Span } from '../../trace/span.ts';
import { makeSpan } from './make-span.ts';

/** Anything that moves the cursor, hides or reorders text. */
export const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** Text that a hostile or careless sender puts anywhere: escape sequences, controls, wide characters, joined emoji. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ...['\u001b[31m', '\u001b]0;title\u0007', '\u009b2J', '\u001b[', '\u0000', '\u007f', '\u0085'],
        ...['\n', '\r', '\t', '\u2028', '\u2029', '\u202e', '\u2066', '\u2069', '\u200f', '\ufeff', '\ud800'],
        ...['GET /items', '数据库', '👩‍👩‍👧', '🇩🇪', 'e\u0301', '\u0301', '\u200d', ' '],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

const id = fc.integer({ min: 0, max: 60 }).map(String);
const time = fc.integer({ min: -5, max: 2000 });

const arbitrarySpan: fc.Arbitrary<Span> = fc
  .record({
    spanId: id,
    parent: fc.option(id, { nil: undefined, freq: 6 }),
    traceId: fc.constantFrom('a'.repeat(32), 'a'.repeat(32), 'b'.repeat(32)),
    name: fc.oneof(fc.constantFrom('SELECT stock', 'GET'), hostileText),
    kind: fc.constantFrom('UNSPECIFIED' as const, 'INTERNAL' as const, 'SERVER' as const, 'CLIENT' as const),
    service: fc.constantFrom('shop', 'shop', '数据库\u001b[2J'),
    at: fc.tuple(time, fc.option(time, { nil: undefined })),
    error: fc.option(hostileText, { nil: undefined }),
    flags: fc.constantFrom(0x101, 0x301),
    attributes: fc.dictionary(fc.constantFrom('user.id', 'error.type', 'url.path'), hostileText),
  })
  .map(({ spanId, parent, error, at, ...fields }) => ({
    ...makeSpan(spanId, {
      at,
      ...fields,
      ...(parent === undefined ? {} : { parent }),
      ...(error === undefined ? {} : { error }),
    }),
    // The least start stands for a sender that gave none.
    ...(at[0] === -5 ? { startTimeUnixNano: 0n } : {}),
  }));

/** Up to some 60 distinct spans of two traces, with duplicates, cycles, orphans and clocks that run backwards. */
export const arbitrarySpans = fc.array(arbitrarySpan, { maxLength: 120, size: 'max' });
