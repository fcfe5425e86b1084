import { closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync, statfsSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { runChild } from './child.mjs';
import { Interrupted, LaunchError } from './launch-error.mjs';

// An `npm run --silent` around us must not silence the log, nor a production setting leave packages out.
// Waits are npm's own count with less time between, so that being offline is said in 12 s and not in 70 s.
const FLAGS = [
  '--loglevel=notice',
  '--progress=false',
  '--ignore-scripts',
  '--include=optional',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=10000',
];

/**
 * The path of npm's own script: of the npm that runs us, else the one beside this Node, else the one on the PATH.
 * Run through Node, never as `npm`, which is a batch file on Windows. Undefined when there is none.
 */
export function findNpm({ env = process.env, nodePath = process.execPath } = {}) {
  const folders = [dirname(nodePath), ...(env.PATH ?? '').split(delimiter).filter(Boolean)];
  const candidates = [env.npm_execpath, ...folders.flatMap(npmInFolder)];
  return candidates.find((file) => file && basename(file) === 'npm-cli.js' && existsSync(file));
}

function npmInFolder(folder) {
  return [
    join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    resolveLink(join(folder, 'npm')),
  ];
}

function resolveLink(file) {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

/**
 * Run npm to its end, its output going to `logFile`. Gives the failure: undefined when all went well, else npm's code
 * (`ENOTFOUND`) and its own words.
 */
export async function runNpm({ args, cwd, logFile, npm = findNpm() }) {
  if (npm === undefined) {
    throw new LaunchError(
      'npm is not on this machine, so the packages of the workshop cannot be installed.',
      'Install Node 24 with npm from https://nodejs.org and run again.',
    );
  }
  mkdirSync(dirname(logFile), { recursive: true });
  const failure = await attempt({ npm, args, cwd, logFile });
  if (!NO_ROOM_TO_WRITE.test(failure?.code)) return failure;
  // A home that cannot be written has no room for npm's cache; ours has.
  return attempt({ npm, args: [...args, '--cache', join(dirname(logFile), 'npm-cache')], cwd, logFile });
}

async function attempt({ npm, args, cwd, logFile }) {
  const log = openSync(logFile, 'w');
  const stdio = ['ignore', log, log];
  const { code: exitCode, interrupted } = await runChild(process.execPath, [npm, ...args, ...FLAGS], {
    cwd,
    stdio,
    windowsHide: true,
  }).finally(() => closeSync(log));
  if (interrupted) throw new Interrupted();
  if (exitCode === 0) return undefined;

  const output = readFileSync(logFile, 'utf8');
  const told = (pattern) => new RegExp(`^npm (?:error|ERR!) ${pattern}$`, 'm').exec(output)?.[1];
  const text =
    told('(?!code |path |syscall |errno |A complete log)(.*\\S.*)') ?? `npm ended with exit code ${exitCode}`;
  const code = told('code (\\S+)') ?? (isDiskFull(output, dirname(logFile)) ? 'ENOSPC' : undefined);
  return { code, path: told('path (.+)'), text };
}

const NO_ROOM_BYTES = 1e6;

/** On a full disk npm may end without its code, and its words may not even fit into the log. */
function isDiskFull(output, dir) {
  if (output.includes('ENOSPC')) return true;
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize < NO_ROOM_BYTES;
}

const NO_NETWORK =
  /^(ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|E?SOCKETTIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|FETCH_ERROR)$/;
const NO_TRUST = /CERT|SELF_SIGNED|UNABLE_TO_/;
const NO_ROOM_TO_WRITE = /^(EACCES|EPERM|EROFS|EBUSY|ENOTEMPTY)$/;

/** What npm's failure means for a learner: the cause, without a full stop, and the mend. */
export function explainFailure({ code = '', path, text }) {
  if (NO_NETWORK.test(code)) {
    return {
      cause: `npm's registry did not answer (${code})`,
      mend: 'Connect to the network (behind a proxy: npm config set https-proxy http://HOST:PORT) and run again.',
    };
  }
  if (NO_TRUST.test(code)) {
    return {
      cause: `npm does not trust the network's certificate (${code})`,
      mend: "Name your company's certificate, npm config set cafile FILE.pem, and run again.",
    };
  }
  if (NO_ROOM_TO_WRITE.test(code)) {
    return {
      cause: `npm may not write ${path ?? 'there'} (${code})`,
      mend: 'Make it yours to write, stop what uses it, and run again.',
    };
  }
  if (code === 'ENOSPC') return { cause: 'the disk is full', mend: 'Free 300 MB and run again.' };
  if (code === 'EUSAGE') {
    return {
      cause: 'package.json and package-lock.json do not fit together',
      mend: 'Bring both back (git checkout package.json package-lock.json) and run again.',
    };
  }
  return {
    cause: `npm failed (${[code, text].filter(Boolean).join(': ')})`,
    mend: 'Mend that and run again.',
  };
}
