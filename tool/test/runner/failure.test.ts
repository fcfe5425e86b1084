import { expect, test } from 'vitest';
import { findFailure, renderFailure } from '../../runner/failure.ts';
import { fixtureApp } from '../fixtures/apps.ts';

test.each([
  [{ file: 'tracing.ts', line: 14, message: 'x is not a function' }, 'tracing.ts:14: x is not a function'],
  [{ file: 'tracing.ts', message: 'x is not a function' }, 'tracing.ts: x is not a function'],
  [{ message: 'x is not a function' }, 'x is not a function'],
])('renders %o', (failure, text) => {
  expect(renderFailure(failure)).toBe(text);
});

test('takes the error that ended the process, not one that was logged before', () => {
  const dir = fixtureApp({});
  const stderr = [
    'Error: refused, but handled',
    `    at first (${dir}/app.ts:3:9)`,
    `${dir}/app.ts:9`,
    "  throw new Error('the end');",
    '        ^',
    '',
    'Error: the end',
    `    at last (${dir}/app.ts:9:9)`,
    '',
    'Node.js v24.21.0',
  ];

  expect(findFailure(stderr, dir)).toEqual({ file: 'app.ts', line: 9, message: 'the end' });
});

test('names the first place of its own when a package threw', () => {
  const dir = fixtureApp({});
  const stderr = [
    '/shop/node_modules/router/lib/route.js:234',
    "        throw new TypeError('argument handler must be a function')",
    '              ^',
    '',
    'TypeError: argument handler must be a function',
    '    at Route.get (/shop/node_modules/router/lib/route.js:234:15)',
    `    at async file://${dir.replaceAll(' ', '%20')}/lib/routes.ts:7:5`,
    `    at ${dir}/app.ts:3:5`,
  ];

  expect(findFailure(stderr, dir)).toEqual({
    file: 'lib/routes.ts',
    line: 7,
    message: 'TypeError: argument handler must be a function',
  });
});

test('gives the message alone when no file of the step is named', () => {
  const stderr = [
    'node:events:505',
    "    throw er; // Unhandled 'error' event",
    '    ^',
    '',
    'Error: connect ECONNREFUSED 127.0.0.1:1',
    '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:2021:16)',
  ];

  expect(findFailure(stderr, fixtureApp({}))).toEqual({ message: 'connect ECONNREFUSED 127.0.0.1:1' });
});

test('understands an error without a stack, and a thrown text', () => {
  const dir = fixtureApp({});
  const place = [`${dir}/app.ts:1`, "fs.readFile('/nope', ...)", '      ^', ''];

  expect(findFailure([...place, '[Error: ENOENT: no such file] {', '  errno: -2,'], dir)).toEqual({
    file: 'app.ts',
    line: 1,
    message: 'ENOENT: no such file',
  });
  expect(findFailure([...place, 'a text'], dir)?.message).toBe('a text');
});

test('gives nothing where the output shows no error', () => {
  expect(findFailure([], fixtureApp({}))).toBeUndefined();
  expect(findFailure(['The configuration is missing.'], fixtureApp({}))).toBeUndefined();
});
