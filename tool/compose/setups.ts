import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

/** One file of compose/: what it is for, and where it is found once it runs. */
export interface Setup {
  /** The file's, without its ending. */
  readonly name: string;
  readonly file: string;
  readonly about: string;
  readonly addresses: readonly Address[];
}

export interface Address {
  readonly name: string;
  readonly url: string;
}

/** What a file says of itself in `x-workshop`, which Compose leaves alone. */
interface Extension {
  readonly about?: string;
  readonly addresses?: readonly Address[];
}

/** The set-ups in `dir`, by name. `environment` fills in variables of their addresses, as Compose does with those of the ports. */
export function listSetups(dir: string, environment: NodeJS.ProcessEnv): Setup[] {
  const files = readdirSync(dir).filter((file) => file.endsWith('.yaml'));
  const names = files.map((file) => path.basename(file, '.yaml')).sort();
  return names.map((name) => readSetup(path.join(dir, `${name}.yaml`), environment));
}

function readSetup(file: string, environment: NodeJS.ProcessEnv): Setup {
  const { 'x-workshop': extension } = parse(readFileSync(file, 'utf8')) as { 'x-workshop'?: Extension };
  const { about = '', addresses = [] } = extension ?? {};
  return {
    name: path.basename(file, '.yaml'),
    file,
    about,
    addresses: addresses.map(({ name, url }) => ({ name, url: interpolate(url, environment) })),
  };
}

/** `${NAME:-default}`, the one form that the files use. https://docs.docker.com/reference/compose-file/interpolation/ */
function interpolate(text: string, environment: NodeJS.ProcessEnv): string {
  return text.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name, fallback) => environment[name] || fallback);
}
