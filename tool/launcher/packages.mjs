import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { withLock } from './lock.mjs';
import { explainFailure, runNpm } from './npm.mjs';

/**
 * Makes node_modules hold what package-lock.json names: the learner's packages, or all of them with `everything`.
 * Where a stamp tells that it does, that is two hashed files and one stat.
 */
export async function ensurePackages({ root, everything, say, npm }) {
  if (isInstalled({ root, everything })) return;
  await withLock({ dir: join(root, '.workshop', 'install.lock'), say }, async () => {
    if (isInstalled({ root, everything })) return;
    const byHand = installedByHand(root);
    if (byHand === 'everything' || (byHand && !everything))
      writeStamp({ root, everything: byHand === 'everything' });
    else await install({ root, everything, say, npm });
  });
}

const stampFile = (root) => join(root, 'node_modules', '.workshop-stamp.json');
const treeFile = (root) => join(root, 'node_modules', '.package-lock.json');

function isInstalled({ root, everything }) {
  const stamp = readJson(stampFile(root));
  if (!stamp || (everything && !stamp.everything)) return false;
  return stamp.wanted === wantedMark(root) && stamp.tree === treeMark(root);
}

/** What should be installed: the two package files, and the machine, for a folder that two machines share. */
function wantedMark(root) {
  const hash = createHash('sha256').update(machine());
  for (const name of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

/** npm writes this file anew with every change that it makes to node_modules. */
function treeMark(root) {
  const { mtimeMs, size } = statSync(treeFile(root), { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size}`;
}

const machine = () => `${process.platform} ${process.arch}`;

function writeStamp({ root, everything }) {
  const stamp = { wanted: wantedMark(root), tree: treeMark(root), machine: machine(), everything };
  const file = `${stampFile(root)}.${process.pid}`;
  writeFileSync(file, JSON.stringify(stamp));
  renameSync(file, stampFile(root));
}

/** What a plain `npm install` or `npm ci` left, by npm's own record of node_modules: everything, enough, or undefined. */
function installedByHand(root) {
  const installed = readJson(treeFile(root))?.packages;
  const locked = readJson(join(root, 'package-lock.json'))?.packages;
  if (!installed || !locked) return undefined;
  if (holdsAll({ installed, locked, everything: true })) return 'everything';
  return holdsAll({ installed, locked, everything: false }) ? 'enough' : undefined;
}

/** Whether every package that `locked` names, and that this machine can use, stands in `installed` in that version. */
export function holdsAll({
  installed,
  locked,
  everything,
  platform = process.platform,
  arch = process.arch,
}) {
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === '' || (wanted.dev && !everything)) return true;
    const found = installed[path];
    if (found) return found.version === wanted.version;
    // npm leaves out what another machine needs, and what only that needs in turn; a binary for a C library is npm's to know.
    const named = wanted.os && wanted.cpu && !wanted.libc;
    const needed = named && fits(wanted.os, platform) && fits(wanted.cpu, arch);
    return Boolean(wanted.optional || wanted.devOptional) && !needed;
  });
}

function fits(allowed, actual) {
  if (!allowed) return true;
  if (allowed.includes(`!${actual}`)) return false;
  return allowed.includes(actual) || allowed.every((name) => name.startsWith('!'));
}

/**
 * A tree that we finished is brought up to date in place, so that a step that runs from it runs on; any other is
 * made anew, since an interrupted npm can leave half a package. Packages for maintainers are kept once they are there.
 */
async function install({ root, everything, say, npm }) {
  const before = readJson(stampFile(root));
  const inPlace = before?.machine === machine() && existsSync(treeFile(root));
  const all = everything || Boolean(before?.everything);
  rmSync(stampFile(root), { force: true });

  say(`${inPlace ? 'Updating' : 'Installing'} the workshop's packages from the npm registry (some 20 s) …`);
  const logFile = join(root, '.workshop', 'install.log');
  const command = inPlace ? ['install', '--no-save'] : ['ci'];
  const args = [...command, all ? '--include=dev' : '--omit=dev', '--package-lock=true'];
  const failure = await runNpm({ args, cwd: root, logFile, npm });
  if (failure) throw notInstalled({ failure, logFile });
  writeStamp({ root, everything: all });
}

function notInstalled({ failure, logFile }) {
  const { cause, mend } = explainFailure(failure);
  return new LaunchError(
    `The packages that package-lock.json names are not installed, and ${cause}.`,
    `${mend} npm's log: ${logFile}`,
  );
}

/** Undefined where the file is missing or broken. */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
