import { describe, expect, test } from 'vitest';
import type { Io } from '../../cli/io.ts';
import { main } from '../../cli/main.ts';
import { refuseFlagsThatNpmTook, renderCall } from '../../cli/wrong-call.ts';

const call = (...argv: string[]) => callIn({}, ...argv);

async function callIn(screen: Partial<Io>, ...argv: string[]) {
  const printed = { out: '', err: '' };
  const io: Io = {
    out: { write: (text: string) => (printed.out += text) },
    err: { write: (text: string) => (printed.err += text) },
    columns: () => 80,
    colour: false,
    onInterrupt: () => () => {},
    ...screen,
  };
  return { exitCode: await main(argv, io), ...printed };
}

describe('a call that cannot be understood', () => {
  test.each([
    [['chek', '3'], 'There is no command chek. → Run: npm run check 3.\n'],
    [['check', '3', '--jsn'], 'npm run check has no flag --jsn. → Run: npm run check 3 -- --json.\n'],
    [['check', '3', '--zebra=1'], 'npm run check has no flag --zebra. → Run: npm run check 3.\n'],
    [['step', '3', '--dir'], '--dir needs a value. → Run: npm run step 3 -- --dir PATH.\n'],
    [['step', '3', '4'], 'npm run step takes one step: 4 is too much. → Run: npm run step 3.\n'],
    [['hint', '3', '4'], 'npm run hint takes one step: 4 is too much. → Run: npm run hint 3.\n'],
    [['solve', '3', '--force'], 'npm run solve has no flag --force. → Run: npm run solve 3.\n'],
    [['undo', '3'], 'npm run undo takes no argument: 3 is too much. → Run: npm run undo.\n'],
    [['doctr'], 'There is no command doctr. → Run: npm run doctor.\n'],
    [['rest', '3'], 'There is no command rest. → Run: npm run reset 3.\n'],
    [['step', 'three'], 'There is no step three. → Run: npm run step 3, for auto-instrumentation.\n'],
    [['diff', 'smapling'], 'There is no step smapling. → Run: npm run diff 6, for sampling.\n'],
    [
      ['check', '1-3'],
      'npm run check takes one step, or all: 1-3 is neither. → Run: npm run check all, or npm run check 1.\n',
    ],
    [['start', '3'], 'npm start takes no argument: 3 is too much. → Run: npm start.\n'],
    [
      ['step', '99', '--solution'],
      expect.stringMatching(/^There is no step 99\. → Choose 1 to \d+, for example: npm run step \d+\.\n$/),
    ],
  ])('%j is answered in one line, with exit code 2', async (argv, err) => {
    expect(await call(...argv)).toEqual({ exitCode: 2, out: '', err });
  });

  test('is answered in whole words in a narrow terminal', async () => {
    const terminal = { movesCursor: true, onKey: () => () => {}, onRedraw: () => () => {} };
    const { err } = await callIn({ terminal, columns: () => 40 }, 'undo', '3');
    expect(err).toBe('npm run undo takes no argument: 3 is\n    too much. → Run: npm run undo.\n');
  });

  test('without a command names them all', async () => {
    const { exitCode, err } = await call();
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^No command was given\. → Choose one of start, step, check, /);
  });

  test('asks for help with success', async () => {
    const { exitCode, out, err } = await call('check', '--help');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('--solution');
  });
});

describe('a flag that npm took for itself', () => {
  test('is given back with the right call', () => {
    const taken = (argv: string[], env: NodeJS.ProcessEnv) => () => refuseFlagsThatNpmTook(argv, env);
    expect(taken(['step', '3'], { npm_config_solution: 'true' })).toThrow(
      'npm took --solution for itself. → Put -- before it: npm run step 3 -- --solution.',
    );
    expect(taken(['check', '3'], { npm_config_dir: 'mine' })).toThrow(
      'npm took --dir for itself. → Put -- before it: npm run check 3 -- --dir mine.',
    );
    expect(taken(['step', '3'], { npm_config_solutoin: 'true' })).toThrow(
      'npm took --solutoin for itself. → Put -- before it: npm run step 3 -- --solution.',
    );
    expect(taken(['check', '3'], { npm_config_json: 'true' })).toThrow(
      'npm took --json for itself. → Put -- before it: npm run check 3 -- --json.',
    );
    expect(taken(['check', '3'], { npm_config_jsn: 'true' })).toThrow(
      'npm took --jsn for itself. → Put -- before it: npm run check 3 -- --json.',
    );
    expect(taken(['check', '3', 'solutions/03-x'], { npm_config_dir: 'true' })).toThrow(
      'npm took --dir for itself. → Put -- before it: npm run check 3 -- --dir solutions/03-x.',
    );
    expect(taken(['check', '3'], { npm_config_dir: 'true' })).toThrow(/: npm run check 3 -- --dir PATH\.$/);
    expect(taken(['check', '3', '--json'], { npm_config_json: 'true' })).not.toThrow();
    expect(taken(['check', '3'], { npm_config_user_agent: 'npm', npm_config_yes: '' })).not.toThrow();
    expect(taken(['check', '3', '--solution'], {})).not.toThrow();
    expect(taken(['test'], { npm_config_solution: 'true' })).not.toThrow();
  });
});

test('a call is written as it is typed', () => {
  expect(renderCall(['check', '3', '--json'])).toBe('npm run check 3 -- --json');
  expect(renderCall(['start'])).toBe('npm start');
  expect(renderCall(['test', 'receiver', '-t', 'x'])).toBe('npm test receiver -- -t x');
});
