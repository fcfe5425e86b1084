import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../receiver/fields.ts';
import { parseJson } from '../../receiver/json.ts';
import { decodeMessage } from '../../receiver/schema.ts';
import { type DecodedSpans, readSpans } from '../../receiver/spans.ts';
import type { Span } from '../../trace/span.ts';
import { requestOf, SPAN, SPAN_ID, TRACE_ID, toProtobuf } from './otlp.ts';

const fromJson = (request: object) => readSpans(parseJson(Buffer.from(JSON.stringify(request))));
const fromProtobuf = (request: object) =>
  readSpans(decodeMessage('ExportTraceServiceRequest', toProtobuf(request)) as Message);

/** Reads a request in both encodings, which must agree. */
function read(request: object): DecodedSpans {
  const decoded = fromJson(request);
  expect(fromProtobuf(request)).toEqual(decoded);
  return decoded;
}

function readOne(span: object): Span | undefined {
  return read(requestOf({ ...SPAN, ...span })).spans[0];
}

const attribute = (value: object) => readOne({ attributes: [{ key: 'key', value }] })?.attributes.key;

describe('a decoded span', () => {
  test('has every field', () => {
    const span = readOne({
      parentSpanId: 'eee19b7ec3c1b173',
      traceState: 'a=1',
      flags: 0x301,
      kind: 3,
      attributes: [{ key: 'http.route', value: { stringValue: '/items' } }],
      events: [
        {
          timeUnixNano: '1544712660500000007',
          name: 'exception',
          attributes: [{ key: 'n', value: { intValue: '1' } }],
        },
      ],
      links: [{ traceId: TRACE_ID, spanId: SPAN_ID, attributes: [{ key: 'n', value: { intValue: '2' } }] }],
      status: { code: 2, message: 'no' },
    });
    expect(span).toEqual({
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      parentSpanId: 'eee19b7ec3c1b173',
      traceState: 'a=1',
      flags: 0x301,
      name: 'GET /items',
      kind: 'CLIENT',
      startTimeUnixNano: 1_544_712_660_000_000_001n,
      endTimeUnixNano: 1_544_712_661_000_000_003n,
      attributes: { 'http.route': '/items' },
      events: [{ name: 'exception', timeUnixNano: 1_544_712_660_500_000_007n, attributes: { n: 1 } }],
      links: [{ traceId: TRACE_ID, spanId: SPAN_ID, attributes: { n: 2 } }],
      status: { code: 'ERROR', message: 'no' },
      resource: { attributes: {} },
      scope: { name: 'test', attributes: {} },
    });
  });

  test('shares its resource and scope with its neighbours', () => {
    const [first, second] = read(requestOf(SPAN, { ...SPAN, spanId: 'eee19b7ec3c1b175' })).spans;
    expect(first?.resource).toBe(second?.resource);
    expect(first?.scope).toBe(second?.scope);
  });

  test('is in flight without an end', () => {
    expect(readOne({ endTimeUnixNano: undefined })).not.toHaveProperty('endTimeUnixNano');
    expect(readOne({ endTimeUnixNano: '0' })).not.toHaveProperty('endTimeUnixNano');
  });

  test('starts at its end when it has no start', () => {
    expect(readOne({ startTimeUnixNano: undefined })?.startTimeUnixNano).toBe(1_544_712_661_000_000_003n);
  });

  test('may end before it starts', () => {
    expect(readOne({ endTimeUnixNano: '5' })?.endTimeUnixNano).toBe(5n);
  });

  test('has times up to 2^64 - 1', () => {
    expect(readOne({ endTimeUnixNano: '18446744073709551615' })?.endTimeUnixNano).toBe(
      18_446_744_073_709_551_615n,
    );
  });

  test('is UNSPECIFIED when its kind is unknown, UNSET when its status is', () => {
    expect(readOne({ kind: 99, status: { code: 99 } })).toMatchObject({
      kind: 'UNSPECIFIED',
      status: { code: 'UNSET' },
    });
    expect(readOne({ kind: -1 })).toMatchObject({ kind: 'UNSPECIFIED' });
  });

  test.each(['', '0000000000000000'])('has no parent when the parent id is %j', (parentSpanId) => {
    expect(readOne({ parentSpanId })).not.toHaveProperty('parentSpanId');
  });

  test('has its events at its start when they have no time', () => {
    expect(readOne({ events: [{ name: 'e' }] })?.events).toEqual([
      { name: 'e', timeUnixNano: 1_544_712_660_000_000_001n, attributes: {} },
    ]);
  });

  test.each([
    [{ traceId: '' }, 'bad-ids', 'a trace id must be 16 bytes, not all zero'],
    [{ traceId: 'abcd' }, 'bad-ids', 'a trace id must be 16 bytes, not all zero'],
    [{ traceId: '0'.repeat(32) }, 'bad-ids', 'a trace id must be 16 bytes, not all zero'],
    [{ spanId: '' }, 'bad-ids', 'a span id must be 8 bytes, not all zero'],
    [{ spanId: 'ab'.repeat(9) }, 'bad-ids', 'a span id must be 8 bytes, not all zero'],
    [{ spanId: '0'.repeat(16) }, 'bad-ids', 'a span id must be 8 bytes, not all zero'],
    [{ parentSpanId: 'ab' }, 'bad-ids', 'a parent span id must be 8 bytes or absent'],
    [
      { links: [{ traceId: 'ab', spanId: SPAN_ID }] },
      'bad-ids',
      'a link needs a trace id of 16 bytes and a span id of 8',
    ],
    [{ startTimeUnixNano: '0', endTimeUnixNano: '0' }, 'missing-times', 'a span needs a start time'],
  ])('does not come of %j', (change, kind, reason) => {
    const decoded = read(requestOf({ ...SPAN, ...change }, SPAN));
    expect(decoded).toMatchObject({ rejectedCount: 1, rejections: [{ kind, reason }] });
    expect(decoded.spans.length).toBe(1);
  });
});

describe('a decoded attribute', () => {
  test.each([
    [{ stringValue: '' }, ''],
    [{ stringValue: 'naïve 🦊' }, 'naïve 🦊'],
    [{ boolValue: false }, false],
    [{ boolValue: true }, true],
    [{ intValue: '0' }, 0],
    [{ intValue: '-9007199254740991' }, -9_007_199_254_740_991],
    [{ intValue: '9007199254740993' }, 9_007_199_254_740_993n],
    [{ intValue: '-9223372036854775808' }, -9_223_372_036_854_775_808n],
    [{ doubleValue: 0 }, 0],
    [{ doubleValue: 0.1 }, 0.1],
    [{ bytesValue: '3q2+7w==' }, '3q2+7w=='],
    [{ arrayValue: {} }, []],
    [
      { arrayValue: { values: [{ intValue: '1' }, {}, { arrayValue: { values: [{ boolValue: true }] } }] } },
      [1, null, [true]],
    ],
    [{ kvlistValue: { values: [{ key: 'a', value: { kvlistValue: { values: [] } } }] } }, { a: {} }],
    [{}, null],
  ])('%j is understood', (value, expected) => {
    expect(attribute(value)).toEqual(expected);
  });

  test('of a double that JSON cannot write is read', () => {
    const doubles = ['NaN', 'Infinity', '-Infinity'].map((doubleValue) => ({
      key: doubleValue,
      value: { doubleValue },
    }));
    expect(fromJson(requestOf({ ...SPAN, attributes: doubles })).spans[0]?.attributes).toEqual({
      NaN: Number.NaN,
      Infinity: Number.POSITIVE_INFINITY,
      '-Infinity': Number.NEGATIVE_INFINITY,
    });
  });

  test('given twice has its last value', () => {
    const attributes = [1, 2].map((intValue) => ({ key: 'n', value: { intValue } }));
    expect(readOne({ attributes })?.attributes).toEqual({ n: 2 });
  });

  test('named __proto__ is an attribute like others', () => {
    const span = readOne({
      attributes: [
        {
          key: '__proto__',
          value: { kvlistValue: { values: [{ key: 'polluted', value: { boolValue: true } }] } },
        },
      ],
    });
    expect(Object.entries(span?.attributes ?? {})).toEqual([['__proto__', { polluted: true }]]);
    expect(Object.getPrototypeOf(span?.attributes)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('polluted');
  });

  test('nested deeper than 32 levels is refused in both encodings', () => {
    const nested = (depth: number): object =>
      depth === 0 ? {} : { arrayValue: { values: [nested(depth - 1)] } };
    expect(readOne({ attributes: [{ key: 'deep', value: nested(32) }] })).toBeDefined();
    for (const depth of [33, 45]) {
      const request = requestOf({ ...SPAN, attributes: [{ key: 'deep', value: nested(depth) }] });
      expect(() => fromJson(request)).toThrow(
        'An export was not valid OTLP: attributes must be at most 32 levels deep.',
      );
      expect(() => fromProtobuf(request)).toThrow(
        'An export was not valid OTLP: attributes must be at most 32 levels deep.',
      );
    }
  });
});

describe('OTLP/JSON', () => {
  const readText = (text: string) => readSpans(parseJson(Buffer.from(text))).spans[0];
  const spanText = (fields: string) =>
    `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${TRACE_ID.toUpperCase()}","spanId":"${SPAN_ID.toUpperCase()}",${fields}}]}]}]}`;

  test('may have ids in upper case, names of enums, unknown fields, nulls and numbers for times', () => {
    const span = readText(
      spanText(
        '"kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_ERROR"},"startTimeUnixNano":1544712660000000001,"endTimeUnixNano": 1544712660000000003 ,"future":{"a":[1]},"attributes":null,"events":null',
      ),
    );
    expect(span).toMatchObject({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      kind: 'CLIENT',
      status: { code: 'ERROR' },
      startTimeUnixNano: 1_544_712_660_000_000_001n,
      endTimeUnixNano: 1_544_712_660_000_000_003n,
      attributes: {},
    });
  });

  test('may have an intValue as a number, exact beyond 2^53', () => {
    const span = readText(
      spanText('"startTimeUnixNano":"1","attributes":[{"key":"n","value":{"intValue":9007199254740993}}]'),
    );
    expect(span?.attributes).toEqual({ n: 9_007_199_254_740_993n });
  });

  test('may have base64 in the alphabet for urls', () => {
    const span = readText(
      spanText('"startTimeUnixNano":"1","attributes":[{"key":"b","value":{"bytesValue":"_-8"}}]'),
    );
    expect(span?.attributes).toEqual({ b: '/+8=' });
  });

  test('with bytes that are not UTF-8 is read with replacement characters', () => {
    const [before, after] = spanText('"startTimeUnixNano":"1","name":"|"').split('|') as [string, string];
    const body = Buffer.concat([Buffer.from(before), Buffer.of(0xff), Buffer.from(after)]);
    expect(readSpans(parseJson(body)).spans[0]?.name).toBe('\ufffd');
  });

  test.each([
    ['"startTimeUnixNano":-1', 'startTimeUnixNano must be a whole number from 0 to 2^64 - 1'],
    [
      '"startTimeUnixNano":"18446744073709551616"',
      'startTimeUnixNano must be a whole number from 0 to 2^64 - 1',
    ],
    ['"startTimeUnixNano":"now"', 'startTimeUnixNano must be a whole number'],
    ['"startTimeUnixNano":1.5', 'startTimeUnixNano must be a whole number'],
    ['"name":5', 'name must be text'],
    ['"attributes":{}', 'attributes must be a list'],
    ['"attributes":[null]', 'attributes must be a list of objects'],
    ['"attributes":[{"key":"k","value":5}]', 'attributes must be an object'],
    [
      '"attributes":[{"key":"k","value":{"intValue":"9223372036854775808"}}]',
      'attributes must be a whole number of 64 bits',
    ],
    ['"attributes":[{"key":"k","value":{"boolValue":"yes"}}]', 'attributes must be true or false'],
    ['"attributes":[{"key":"k","value":{"doubleValue":"a"}}]', 'attributes must be a number'],
    ['"kind":{}', 'kind must be a whole number'],
    ['"status":"OK"', 'status must be an object'],
  ])('with %s is malformed', (fields, expected) => {
    const time = fields.startsWith('"start') ? '' : '"startTimeUnixNano":"1",';
    expect(() => readText(spanText(time + fields))).toThrow(
      `An export was not valid OTLP: ${expected}. All its spans were refused. → Send it with an OpenTelemetry exporter for OTLP.`,
    );
  });
});

describe('protobuf', () => {
  test('with bytes that are not UTF-8 is read with replacement characters', () => {
    const bytes = toProtobuf(requestOf({ ...SPAN, name: '\x01\x02' }));
    bytes[bytes.indexOf('\x01\x02')] = 0xff;
    expect(readSpans(decodeMessage('ExportTraceServiceRequest', bytes) as Message).spans[0]?.name).toBe(
      '\ufffd\x02',
    );
  });

  test('cut off anywhere is read in part or refused, never more', () => {
    const bytes = toProtobuf(
      requestOf(SPAN, { ...SPAN, attributes: [{ key: 'k', value: { stringValue: 'v' } }] }),
    );
    for (let length = 0; length < bytes.length; length += 1) {
      expect(outcome(bytes.subarray(0, length))).toMatch(/^(0|malformed)$/);
    }
  });

  test('of arbitrary bytes is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        /^(\d+|malformed)$/.test(outcome(Buffer.from(bytes))),
      ),
    );
  });
});

function outcome(bytes: Buffer): string {
  try {
    return String(readSpans(decodeMessage('ExportTraceServiceRequest', bytes) as Message).spans.length);
  } catch (error) {
    return String((error as { kind?: string }).kind);
  }
}

describe('an arbitrary request', () => {
  const hex = (bytes: number) =>
    fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));
  const unsigned64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ stringValue: fc.string({ unit: 'grapheme' }) }),
      fc.record({ boolValue: fc.boolean() }),
      fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }),
      fc.record({
        doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      }),
      fc.record({ bytesValue: fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')) }),
      fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
      fc.record({
        kvlistValue: fc.record({
          values: fc.array(fc.record({ key: fc.string(), value: tie('value') }), { maxLength: 3 }),
        }),
      }),
      fc.constant({}),
    ),
  }));
  const attributes = fc.array(
    fc.record({ key: fc.oneof(fc.string(), fc.constant('__proto__')), value: value as fc.Arbitrary<object> }),
    { maxLength: 4 },
  );
  const span = fc.record(
    {
      traceId: fc.oneof({ weight: 9, arbitrary: hex(16) }, { weight: 1, arbitrary: hex(3) }),
      spanId: fc.oneof({ weight: 9, arbitrary: hex(8) }, { weight: 1, arbitrary: hex(3) }),
      parentSpanId: hex(8),
      traceState: fc.string(),
      flags: fc.nat(),
      name: fc.string({ unit: 'grapheme' }),
      kind: fc.integer({ min: -1, max: 7 }),
      startTimeUnixNano: unsigned64,
      endTimeUnixNano: unsigned64,
      attributes,
      events: fc.array(
        fc.record({ name: fc.string(), timeUnixNano: unsigned64, attributes }, { requiredKeys: [] }),
        { maxLength: 2 },
      ),
      links: fc.array(fc.record({ traceId: hex(16), spanId: hex(8), attributes }), { maxLength: 2 }),
      status: fc.record(
        { code: fc.integer({ min: -1, max: 4 }), message: fc.string() },
        { requiredKeys: [] },
      ),
      futureField: fc.jsonValue(),
    },
    { requiredKeys: ['traceId', 'spanId'] },
  );
  const scope = fc.record({ name: fc.string(), version: fc.string(), attributes }, { requiredKeys: [] });
  const scopeSpans = fc.record({ scope, spans: fc.array(span, { maxLength: 4 }) }, { requiredKeys: [] });
  const resource = fc.record({ attributes }, { requiredKeys: [] });
  const resourceSpans = fc.record(
    { resource, scopeSpans: fc.array(scopeSpans, { maxLength: 2 }) },
    { requiredKeys: [] },
  );
  const request = fc.record(
    { resourceSpans: fc.array(resourceSpans, { maxLength: 2 }) },
    { requiredKeys: [] },
  );

  test('reads the same from protobuf and from JSON', () => {
    fc.assert(
      fc.property(request, (sent) => {
        expect(fromProtobuf(sent)).toEqual(fromJson(sent));
      }),
      { numRuns: 300 },
    );
  });

  test('gives back what was sent', () => {
    const sentSpan = fc.record({
      traceId: fc.constant(TRACE_ID),
      spanId: hex(8).filter((id) => /[^0]/.test(id)),
      name: fc.string(),
      startTimeUnixNano: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String),
      endTimeUnixNano: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String),
      attributes: fc.uniqueArray(
        fc.record({ key: fc.string(), value: fc.record({ stringValue: fc.string() }) }),
        { selector: ({ key }) => key },
      ),
    });
    fc.assert(
      fc.property(fc.array(sentSpan, { maxLength: 5 }), (sent) => {
        const spans = fromProtobuf(requestOf(...sent)).spans.map((received) => ({
          traceId: received.traceId,
          spanId: received.spanId,
          name: received.name,
          startTimeUnixNano: String(received.startTimeUnixNano),
          endTimeUnixNano: String(received.endTimeUnixNano),
          attributes: new Set(Object.entries(received.attributes)),
        }));
        const expected = sent.map((one) => ({
          ...one,
          attributes: new Set(one.attributes.map(({ key, value }) => [key, value.stringValue])),
        }));
        expect(spans).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});
