import { expect, test } from 'vitest';
import { diagnose } from '../../check/diagnosis/diagnose.ts';
import type { AppRun } from '../../check/evidence.ts';
import type { AppExit } from '../../runner/app.ts';

const crashed: AppExit = {
  file: 'app.ts',
  code: 1,
  signal: null,
  killed: false,
  failure: {
    file: 'tracing.ts',
    line: 24,
    message: 'TypeError: provider.addSpanProcessor is not a function',
  },
};

const killed: AppExit = { file: 'app.ts', code: null, signal: 'SIGKILL', killed: true };

test('the run that crashed explains the failure, whichever was ended because of it', () => {
  for (const exits of [
    [crashed, killed],
    [killed, crashed],
  ]) {
    const evidence = { runs: exits.map(endedBeforeItListened) };
    expect(diagnose(evidence, [])).toMatchObject({ id: 'old-api' });
  }
});

test('a run that the checker ended is no crash', () => {
  expect(diagnose({ runs: [endedBeforeItListened(killed)] }, [])).toBeNull();
});

test('a package that is missing is no line to mend where its name is right', () => {
  const failure = { file: 'app.ts', line: 1, message: "Cannot find package 'express'." };
  expect(diagnose({ runs: [endedBeforeItListened({ ...crashed, failure })] }, [])).toMatchObject({
    id: 'app-crashed',
    mend: expect.stringContaining('npm run doctor says what is missing'),
  });
});

test('an app that ends without an error is said to have done so', () => {
  const silent: AppExit = { file: 'app.ts', code: 3, signal: null, killed: false };
  expect(diagnose({ runs: [endedBeforeItListened(silent)] }, [])).toMatchObject({
    id: 'app-crashed',
    cause: expect.stringContaining('it ended with exit code 3 and printed no error'),
  });
});

function endedBeforeItListened(exit: AppExit): AppRun {
  return {
    label: 'a start',
    start: { outcome: 'ended', exit },
    exit,
    stopped: undefined,
    stopCalledAt: undefined,
    output: [],
    spans: [],
    exports: [],
    problems: [],
    exchanges: [],
    upstream: [],
    testimony: [],
    ports: { app: 3000, otlp: 4317, upstream: 3001 },
  };
}
