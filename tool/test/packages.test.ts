import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const readJson = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const manifest = readJson('package.json');
const { '': _, ...locked }: Record<string, Locked> = readJson('package-lock.json').packages;
const nameOf = (folder: string) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('the packages', () => {
  test('are one tree with one copy of each OpenTelemetry package', () => {
    const names = Object.keys(locked)
      .map(nameOf)
      .filter((name) => name.startsWith('@opentelemetry/'));
    expect(names).toContain('@opentelemetry/sdk-trace-node');
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('are named by exact versions', () => {
    const wanted = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.overrides };
    const loose = Object.entries<string>(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  test('are locked by content and not by an address, so that every registry serves them', () => {
    const entries = Object.entries(locked);
    expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  });

  test('are locked for every platform: npm ci refuses a lockfile that lacks one', () => {
    const names = new Set(Object.keys(locked).map(nameOf));
    const missing = Object.entries(locked).flatMap(([folder, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !names.has(name))
        .map((name) => `${nameOf(folder)} needs ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test("of a learner's installation are free to use", () => {
    const licences = Object.entries(locked)
      .filter(([folder, { dev }]) => !dev && existsSync(path.join(root, folder, 'package.json')))
      .map(([folder]) => ({ name: nameOf(folder), licence: readJson(`${folder}/package.json`).license }));
    const odd = licences.filter(
      ({ licence }) => !/^(MIT|Apache-2\.0|BSD-[23]-Clause|0BSD|ISC)$/.test(licence),
    );

    expect(licences.length).toBeGreaterThan(100);
    // vite's CSS minifier, unchanged and only run: the Mozilla licence asks nothing of those who do that.
    expect(odd.filter(({ name }) => !/^lightningcss(-|$)/.test(name))).toEqual([]);
  });
});
