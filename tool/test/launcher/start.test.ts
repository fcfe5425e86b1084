import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeWorkshop } from './fake-workshop.ts';

let workshop: FakeWorkshop;
beforeEach(() => {
  workshop = new FakeWorkshop();
});
afterEach(() => workshop[Symbol.dispose]());

describe('the launcher', () => {
  test("gives the command's exit code", async () => {
    workshop.command('return 2;');
    expect(await workshop.run(['check'])).toMatchObject({ code: 2 });
  });

  test('shows the stack of a fault of ours, and where to report it', async () => {
    workshop.command("throw new Error('not thought of');");
    const { code, err } = await workshop.run(['check']);
    expect(code).toBe(3);
    expect(err).toMatch(/Error: not thought of\n +at main .*main\.ts:1:\d+/);
    expect(err).toMatch(
      /\nThis is a fault of the workshop\. → Report it, with these lines, where you cloned it\.\n$/,
    );
  });

  test('does the same for a fault that nobody waited for', async () => {
    workshop.command("setTimeout(() => { throw new Error('late'); }); return new Promise(() => {});");
    const { code, err } = await workshop.run(['check']);
    expect(code).toBe(3);
    expect(err).toContain('Error: late\n');
    expect(err).toContain('→ Report it');
  });

  test.each([
    ['check', 3],
    ['status', 0],
  ])('ends npm run %s with %i where nobody reads what it prints', async (command, code) => {
    workshop.command("throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });");
    expect(await workshop.run([command])).toMatchObject({ code });
  });

  test('refuses a folder whose path is no address, and names it', async () => {
    const odd = path.join(workshop.parent, 'a#b');
    renameSync(workshop.root, odd);
    const child = spawn(process.execPath, [path.join(odd, 'tool', 'start.mjs'), 'check']);
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(err).toBe(
      `The path of the workshop, ${odd}, has a "#" in it. → Move it to a folder without one.\n`,
    );
    expect(code).toBe(3);
  });

  test('gives programs that the command starts the same Node', async () => {
    workshop.command(
      "const { execFileSync } = await import('node:child_process'); console.log(execFileSync('node', ['-p', 'process.execPath'], { encoding: 'utf8' }).trim() === process.execPath); return 0;",
    );
    expect(await workshop.run(['check'])).toMatchObject({ code: 0, out: 'true\n' });
  });

  test.runIf(process.platform !== 'win32')('lets the command end in its own way on SIGTERM', async () => {
    workshop.command(
      "const held = setInterval(() => {}, 1000); return new Promise((resolve) => { process.once('SIGTERM', () => { clearInterval(held); resolve(7); }); console.log('running'); });",
    );
    const child = workshop.start(['step']);
    await once(createInterface(child.stdout), 'line');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([7, null]);
  });
});
