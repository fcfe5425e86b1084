import { describe, expect, test } from 'vitest';
import { compareOutsideRegions, numberingProblem, parseRegions } from '../../course/regions.ts';

const START = `import express from 'express';

const app = express();

// TODO 1: time every request
//   https://expressjs.com/en/guide/using-middleware.html
// END TODO 1

app.get('/', (_, response) => {
  // TODO 2: greet by name
  response.send('hello');
  // END TODO 2
});
app.listen(3000);
`;

const SOLUTION = `import express from 'express';
import {
  performance,
  type PerformanceEntry,
} from 'node:perf_hooks'; // the clock
import './late.ts';
const app = express();
app.use(timing);
app.get('/', (_, response) => {
  response.send(\`hello \${name}\`);
});

app.listen(3000);
`;

describe('the regions of a start file', () => {
  test('have a number, an outcome and an address', () => {
    expect(parseRegions(START)).toEqual([
      {
        number: 1,
        outcome: 'time every request',
        address: 'https://expressjs.com/en/guide/using-middleware.html',
        firstLine: 5,
        lastLine: 7,
      },
      { number: 2, outcome: 'greet by name', firstLine: 10, lastLine: 12 },
    ]);
  });

  test.each([
    ['// TODO 1: a\n', 'line 1: TODO 1 has no // END TODO 1'],
    ['// END TODO 1\n', 'line 1: ends a TODO that is not open'],
    ['// TODO 1: a\n// END TODO 2\n', 'line 2: ends a TODO that is not open'],
    ['// TODO 1: a\n// TODO 2: b\n', 'line 2: TODO 1 has not ended'],
  ])('that are not closed are refused: %j', (text, message) => {
    expect(() => parseRegions(text)).toThrow(message);
  });

  test('count from 1 to 3 through a step, in whatever files', () => {
    const numbered = (...numbers: number[]) =>
      numbers.flatMap((number) => parseRegions(`// TODO ${number}: a\n// END TODO ${number}\n`));
    expect(numberingProblem(numbered(2, 1, 3))).toBeUndefined();
    expect(numberingProblem([])).toBeUndefined();
    expect(numberingProblem(numbered(1, 3))).toBe('TODOs count from 1, once each: found 1, 3');
    expect(numberingProblem(numbered(1, 1))).toBe('TODOs count from 1, once each: found 1, 1');
    expect(numberingProblem(numbered(1, 2, 3, 4))).toBe('a step has at most three TODOs, this one has 4');
  });
});

describe('a solution beside its start', () => {
  test('may differ within the regions, in imports and in blank lines', () => {
    expect(compareOutsideRegions(START, SOLUTION)).toBeUndefined();
    expect(compareOutsideRegions(START, START.replaceAll('\n', '\r\n'))).toBeUndefined();
  });

  test.each([
    [
      'before a region',
      'const app',
      'let app',
      { line: 3, expected: 'const app = express();', found: 'let app = express();' },
    ],
    ['between two', "app.get('/',", "app.put('/',", { line: 9, expected: "app.get('/', (_, response) => {" }],
    [
      'after the last',
      '3000',
      '4000',
      { line: 14, expected: 'app.listen(3000);', found: 'app.listen(4000);' },
    ],
    [
      'at the end',
      'app.listen(3000);\n',
      'app.listen(3000);\nmore();\n',
      { line: 13, expected: '});', found: 'app.listen(3000);' },
    ],
    [
      'by what is missing',
      '});\n\napp.listen(3000);\n',
      '',
      { line: 13, expected: '});', found: expect.any(String) },
    ],
  ])('may not differ %s', (_, from, to, difference) => {
    expect(SOLUTION).toContain(from);
    expect(compareOutsideRegions(START, SOLUTION.replace(from, to))).toEqual(difference);
  });

  test('must be the same where there is no region', () => {
    expect(compareOutsideRegions('a();\nb();\n', 'a();\nb();\n')).toBeUndefined();
    expect(compareOutsideRegions('a();\nb();\n', 'a();\n')).toEqual({ line: 2, expected: 'b();' });
    expect(compareOutsideRegions('a();\n', 'a();\nc();\n')).toEqual({ line: 2, expected: '', found: 'c();' });
  });

  test('takes what stands in a region that ends the file', () => {
    const start = 'a();\n// TODO 1: b\n// END TODO 1\n';
    expect(compareOutsideRegions(start, 'a();\nb();\nc();\n')).toBeUndefined();
    expect(compareOutsideRegions(start, 'b();\n')).toEqual({ line: 1, expected: 'a();', found: 'b();' });
  });
});
