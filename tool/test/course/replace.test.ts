import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readSolution, readStart } from '../../course/app-files.ts';
import { finishInterrupted, replaceFiles, undoLast } from '../../course/replace.ts';
import { SmallWorkshop } from '../fixtures/small-workshop.ts';

const now = new Date('2026-05-04T10:11:12.345Z');
const SOLVED = { 'app.ts': 'app\n', 'seed.ts': 'seed\n', 'tracing.ts': 'solved\n' };
const MINE = { 'app.ts': 'app\n', 'tracing.ts': 'mine\n' };

let workshop: SmallWorkshop;
let said: string[];
beforeEach(() => {
  workshop = new SmallWorkshop();
  said = [];
});

const options = () => ({ root: workshop.root, now, say: (line: string) => void said.push(line) });
const solve = () => {
  const step = workshop.step(2);
  return replaceFiles({ step, action: 'solve', files: readSolution(step) }, options());
};
const reset = () => {
  const step = workshop.step(2);
  return replaceFiles({ step, action: 'reset', files: readStart(workshop.root, step) }, options());
};
const undo = () => undoLast(workshop.steps, options());

describe('replacing the files of a step', () => {
  test('keeps what is replaced in a folder of its own, and the guide and the learner’s other files as they are', async () => {
    workshop.write('steps/02-provider/notes.ts', 'notes\n');
    const { backup } = await solve();

    expect(workshop.files('steps/02-provider')).toEqual({ ...SOLVED, 'notes.ts': 'notes\n' });
    expect(workshop.read('steps/02-provider/README.md')).toContain('# Provider');
    expect(backup).toMatchObject({ replaced: ['tracing.ts'], added: ['seed.ts'] });
    expect(workshop.backups()).toEqual(['2026-05-04T10-11-12-solve-02-provider']);
    expect(workshop.files('.workshop/backups/2026-05-04T10-11-12-solve-02-provider')).toEqual({
      'tracing.ts': 'mine\n',
    });
  });

  test('does nothing where nothing is different', async () => {
    await solve();
    expect(await solve()).toEqual({ step: workshop.step(2) });
    expect(workshop.backups()).toHaveLength(1);
  });

  test('puts a step back to its start, whatever it holds by now', async () => {
    workshop.remove('steps/02-provider/app.ts');
    await reset();
    expect(workshop.files('steps/02-provider')).toEqual({
      ...SOLVED,
      'tracing.ts': '// TODO 1: Trace.\n',
    });
  });

  test('keeps bytes that are no text', async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
    workshop.write('steps/02-provider/tracing.ts', bytes);
    await solve();
    await undo();
    expect(workshop.read('steps/02-provider/tracing.ts')).toBe(bytes.toString());
  });

  test('refuses where a folder is in the way, and changes nothing', async () => {
    workshop.remove('steps/02-provider/tracing.ts');
    mkdirSync(path.join(workshop.root, 'steps/02-provider/tracing.ts'));
    await expect(solve()).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(
        /^.* is in the way \(EISDIR\), so step 2 stays as it was\. → Move it away, and run again\.$/,
      ),
    });
    expect(existsSync(path.join(workshop.root, 'steps/02-provider/seed.ts'))).toBe(false);
  });

  test('two at once are done one after the other', async () => {
    await Promise.all([solve(), reset(), solve(), reset()]);
    expect(workshop.files('steps/02-provider')['tracing.ts']).toMatch(/^(solved|\/\/ TODO 1: Trace\.)\n$/);
    while (await undo());
    expect(workshop.files('steps/02-provider')).toEqual(MINE);
  });
});

describe('undo', () => {
  test('goes back level by level, and says how many are left', async () => {
    await solve();
    workshop.write('steps/02-provider/tracing.ts', 'solved and changed\n');
    await reset();

    expect(await undo()).toMatchObject({ undone: { action: 'reset' }, left: 1 });
    expect(workshop.files('steps/02-provider')).toEqual({ ...SOLVED, 'tracing.ts': 'solved and changed\n' });
    expect(await undo()).toMatchObject({ undone: { action: 'solve' }, left: 0 });
    expect(workshop.files('steps/02-provider')).toEqual(MINE);
    expect(await undo()).toBeUndefined();
  });

  test('keeps what it replaces, and all that was ever replaced', async () => {
    await solve();
    workshop.write('steps/02-provider/tracing.ts', 'an hour of work\n');
    const undone = await undo();

    expect(workshop.files('steps/02-provider')).toEqual(MINE);
    expect(workshop.files(`.workshop/backups/${undone?.backup?.folder}`)).toEqual({
      'seed.ts': 'seed\n',
      'tracing.ts': 'an hour of work\n',
    });
    expect(workshop.backups()).toHaveLength(2);
  });

  test('finds a step that was renumbered since, and says so where one is no more', async () => {
    await solve();
    for (const dir of ['steps', 'solutions']) {
      renameSync(path.join(workshop.root, dir, '02-provider'), path.join(workshop.root, dir, '05-provider'));
    }
    expect(await undo()).toMatchObject({ step: { number: 5 } });
    expect(workshop.files('steps/05-provider')).toEqual(MINE);

    const step = workshop.step(5);
    await replaceFiles({ step, action: 'solve', files: readSolution(step) }, options());
    workshop.remove('steps/05-provider');
    await expect(undo()).rejects.toThrow(
      /^The folder of step provider is gone, in which solve replaced files\. → Bring/,
    );
  });

  test('says so where a backup has lost a file, changes nothing, and goes on with the one before', async () => {
    await solve();
    await reset();
    workshop.remove('.workshop/backups/2026-05-04T10-11-12-reset-02-provider/tracing.ts');

    await expect(undo()).rejects.toMatchObject({
      exitCode: 3,
      message:
        '.workshop/backups/2026-05-04T10-11-12-reset-02-provider has lost files, so what reset replaced in step 2 cannot be brought back whole.' +
        ' → Take what is left there by hand; npm run undo goes on with the one before.',
    });
    expect(workshop.files('steps/02-provider')['tracing.ts']).toBe('// TODO 1: Trace.\n');
    await undo();
    expect(workshop.files('steps/02-provider')).toEqual(MINE);
  });

  test.each(['', '{"backups": [{}]}', '[]'])('begins anew where the history is damaged: %j', async (text) => {
    await solve();
    workshop.write('.workshop/backups/history.json', text);
    expect(await undo()).toBeUndefined();
    const aside = '.workshop/backups/history.damaged-2026-05-04T10-11-12.json';
    expect(workshop.read(aside)).toBe(text);
    expect(said).toEqual([expect.stringContaining(`→ The old one is ${aside}`)]);
  });
});

describe('a replacement that was interrupted', () => {
  const journal = (root: string) => path.join(root, '.workshop/backups/journal.json');
  const leave = (changes: object[]) => {
    workshop.write('.workshop/backups/x', '');
    const step = { number: 2, name: 'provider', folder: '02-provider' };
    writeFileSync(journal(workshop.root), JSON.stringify({ action: 'solve', step, changes }));
  };
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  test('is finished, and what was written meanwhile is kept', async () => {
    const file = 'steps/02-provider/tracing.ts';
    leave([{ file, before: base64('mine\n'), content: base64('solved\n') }]);
    workshop.write(file, 'written meanwhile\n');
    await finishInterrupted(options());

    expect(workshop.read(file)).toBe('solved\n');
    expect(workshop.files('.workshop/backups/2026-05-04T10-11-12-solve-02-provider')).toEqual({
      'tracing.ts': 'written meanwhile\n',
    });
    expect(said).toEqual([
      'npm run solve had been interrupted in step 2, and is finished now.' +
        ' What you wrote meanwhile is in .workshop/backups/2026-05-04T10-11-12-solve-02-provider.',
    ]);
  });

  test('does not bring back a step that is no more', async () => {
    leave([{ file: 'steps/09-gone/tracing.ts', before: null, content: base64('x') }]);
    await finishInterrupted(options());
    expect(existsSync(path.join(workshop.root, 'steps/09-gone'))).toBe(false);
    expect(existsSync(journal(workshop.root))).toBe(false);
  });

  test('is set aside where its journal is damaged', async () => {
    workshop.write('.workshop/backups/journal.json', '{');
    await solve();
    expect(workshop.files('steps/02-provider')).toEqual(SOLVED);
    expect(existsSync(`${journal(workshop.root)}.damaged`)).toBe(true);
  });
});
