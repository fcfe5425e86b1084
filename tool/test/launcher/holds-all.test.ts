import { describe, expect, test } from 'vitest';

interface Packages {
  holdsAll(options: {
    installed: object;
    locked: object;
    everything: boolean;
    platform: string;
    arch: string;
  }): boolean;
}

const { holdsAll }: Packages = await import(new URL('../../launcher/packages.mjs', import.meta.url).href);

const express = { 'node_modules/express': { version: '5.0.0' } };
const machine = { platform: 'linux', arch: 'x64', everything: false };

describe('an installation', () => {
  test.each<[string, object, object, boolean]>([
    ['with every package', express, express, true],
    ['without one', {}, express, false],
    ['with another version', { 'node_modules/express': { version: '4.0.0' } }, express, false],
    ['without a package for maintainers', {}, { a: { version: '1.0.0', dev: true } }, true],
    ["without another machine's binary", {}, { a: { optional: true, os: ['darwin'], cpu: ['x64'] } }, true],
    ["without this machine's binary", {}, { a: { optional: true, os: ['linux'], cpu: ['x64'] } }, false],
    ['without what a machine must not be', {}, { a: { optional: true, os: ['!linux'], cpu: ['x64'] } }, true],
    [
      'without a binary for one C library',
      {},
      { a: { optional: true, os: ['linux'], cpu: ['x64'], libc: ['musl'] } },
      true,
    ],
    ["without what another machine's binary needs", {}, { a: { optional: true, peer: true } }, true],
  ])('%s is judged rightly', (_, installed, locked, complete) => {
    expect(holdsAll({ installed, locked, ...machine })).toBe(complete);
  });

  test('for maintainers needs their packages as well', () => {
    const locked = { a: { version: '1.0.0', dev: true } };
    expect(holdsAll({ installed: {}, locked, ...machine, everything: true })).toBe(false);
    expect(holdsAll({ installed: locked, locked, ...machine, everything: true })).toBe(true);
  });
});
