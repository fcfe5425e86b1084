import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { root } from '../author/root.ts';

export interface Service {
  readonly image?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly [key: string]: unknown;
}

/** A set-up of `compose/`, as far as the tests look at it. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly 'x-workshop': {
    readonly about: string;
    readonly addresses: readonly { readonly name: string; readonly url: string }[];
  };
}

export interface SetUp {
  /** As in `npm run compose NAME`. */
  readonly name: string;
  readonly file: ComposeFile;
}

/** A volume of a service: a file beside the compose file, or a named volume. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly options: readonly string[];
}

export const composeFolder = path.join(root, 'compose');

export function listSetUps(): SetUp[] {
  const files = readdirSync(composeFolder)
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  return files.map((file) => ({
    name: path.basename(file, '.yaml'),
    file: readConfiguration(file) as ComposeFile,
  }));
}

/** A YAML or JSON file below `compose/`. */
export function readConfiguration(file: string): unknown {
  return parse(readFileSync(path.join(composeFolder, file), 'utf8'));
}

export function mounts(service: Service): Mount[] {
  return (service.volumes ?? []).map((volume) => {
    const [source = '', target = '', options = ''] = volume.split(':');
    return { source, target, options: options.split(',').filter(Boolean) };
  });
}
