import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { holdsAll, type Packages } from '../launcher/packages.mjs';
import type { Finding } from './finding.ts';

const AGAIN = 'Delete node_modules and run npm start, which installs them';

/** Whether node_modules holds what package-lock.json names, by npm's record and on the disk. */
export function packagesFinding(root: string): Finding {
  const wrong = (text: string, mend: string): Finding => ({
    subject: 'packages',
    state: 'wrong',
    text,
    mend,
  });
  const locked = readJson(path.join(root, 'package-lock.json'))?.packages as Packages | undefined;
  if (!locked) return wrong('package-lock.json cannot be read', 'Run: git checkout package-lock.json');
  const unlocked = firstUnlocked(root, locked);
  if (unlocked)
    return wrong(
      `package-lock.json does not name ${unlocked} as package.json does`,
      'Run: git checkout package.json package-lock.json',
    );

  const record = readJson(path.join(root, 'node_modules', '.package-lock.json'));
  const installed = record?.packages as Packages | undefined;
  if (!installed) return wrong('are not installed', 'Run: npm start, which installs them');
  const names = Object.keys(locked);
  const other = names.find(
    (name) => !holdsAll({ installed, locked: { [name]: locked[name] ?? {} }, everything: false }),
  );
  if (other)
    return wrong(`${bare(other)} is not as package-lock.json has it`, 'Run: npm start, which installs it');

  const here = names.filter((name) => name !== '' && installed[name]);
  const broken = here.find((name) => versionOnDisk(root, name) !== installed[name]?.version);
  if (broken) return wrong(`${bare(broken)} is damaged on the disk`, AGAIN);
  return { subject: 'packages', state: 'ok', text: `${here.length}, as package-lock.json has them` };
}

/** A package that was changed in one of the two files alone. */
function firstUnlocked(root: string, locked: Packages): string | undefined {
  const manifest = readJson(path.join(root, 'package.json')) ?? {};
  const ofLock = (locked[''] ?? {}) as Record<string, unknown>;
  return ['dependencies', 'devDependencies'].flatMap((kind) => {
    const [wanted, named] = [manifest[kind] ?? {}, ofLock[kind] ?? {}] as Record<string, string>[];
    return Object.keys({ ...wanted, ...named }).filter((name) => wanted?.[name] !== named?.[name]);
  })[0];
}

const bare = (name: string) => name.replace(/^.*node_modules\//, '');

function versionOnDisk(root: string, name: string): unknown {
  return readJson(path.join(root, name, 'package.json'))?.version;
}

/** Two copies of one package do not see each other's spans, so there must be one of each. */
export function copiesFinding(root: string): Finding {
  const subject = 'OpenTelemetry';
  const found = findCopies(path.join(root, 'node_modules'));
  const copies = Map.groupBy(found, (folder) => folder.slice(folder.lastIndexOf('@opentelemetry/')));
  const twice = [...copies].find(([, folders]) => folders.length > 1);
  if (twice) {
    const [name, folders] = twice;
    const places = folders.map((folder) => path.relative(root, folder).replaceAll('\\', '/')).join(' and ');
    return { subject, state: 'wrong', text: `${name} is installed twice: ${places}`, mend: AGAIN };
  }
  if (copies.size === 0)
    return { subject, state: 'wrong', text: 'is not installed', mend: 'Run: npm start, which installs it' };
  return { subject, state: 'ok', text: `${copies.size} packages, one copy of each` };
}

/** All folders of @opentelemetry packages, nested ones as well; none where there is no such folder. */
function findCopies(modules: string): string[] {
  const folders = list(modules).flatMap((name) =>
    name.startsWith('@') ? list(path.join(modules, name)).map((part) => `${name}/${part}`) : name,
  );
  return folders.flatMap((name) => {
    const folder = `${modules}/${name}`;
    const nested = findCopies(path.join(folder, 'node_modules'));
    return name.startsWith('@opentelemetry/') ? [folder, ...nested] : nested;
  });
}

function list(dir: string): string[] {
  try {
    const entries = readdirSync(dir, { withFileTypes: true });
    return entries.flatMap(({ name }) => (name.startsWith('.') ? [] : name));
  } catch {
    return [];
  }
}

/** Undefined where the file is missing or broken. */
function readJson(file: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
