// Plain JavaScript that Node 18 can run: it finds a Node for the TypeScript, sees to the packages, then runs the command.
import module from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signOfAddress } from './launcher/address.mjs';
import { runChild } from './launcher/child.mjs';
import { Interrupted, LaunchError } from './launcher/launch-error.mjs';
import { findNpm } from './launcher/npm.mjs';
import { ensurePackages } from './launcher/packages.mjs';
import { ourNode, TYPES_FLAGS, thisRuntime } from './launcher/runtime.mjs';

const MAINTAINERS_COMMANDS = ['test', 'bench', 'lint', 'format', 'typecheck'];

const file = fileURLToPath(import.meta.url);
const root = join(dirname(file), '..');
const args = process.argv.slice(2);
// On stderr: stdout belongs to the command, which may print JSON.
const say = (line) => process.stderr.write(`${line}\n`);

async function launch() {
  const sign = signOfAddress(root);
  if (sign && args[0] !== 'doctor') {
    throw new LaunchError(
      `The path of the workshop, ${root}, has a "${sign}" in it.`,
      'Move it to a folder without one.',
    );
  }
  const runtime = thisRuntime();
  if (runtime === 'with-flags') return runAgain(process.execPath);
  if (runtime === 'not-at-all') return runAgain(await ourNode({ root, say }));

  preferNode(dirname(process.execPath));
  // Asked what is missing, it must not need it.
  if (args.length === 1 && args[0] === 'doctor') return (await import('./cli/doctor.ts')).doctorCommand(root);
  await ensurePackages({ root, say, everything: MAINTAINERS_COMMANDS.includes(args[0]) });
  // Halves the time that a command takes to start. Told to this process alone, not to the learner's app by a variable.
  module.enableCompileCache?.(join(root, '.workshop', 'compile-cache'));
  const { main } = await import('./cli/main.ts');
  return main(args);
}

async function runAgain(node) {
  // A Node of our own has no npm beside it.
  const npm = findNpm();
  if (npm) process.env.npm_execpath = npm;
  const { code } = await runChild(node, [...TYPES_FLAGS, file, ...args], { stdio: 'inherit' });
  return code;
}

/** Children that are started as `node` get the same one. */
function preferNode(folder) {
  const path = process.env.PATH ?? '';
  if (path.split(delimiter)[0] !== folder) process.env.PATH = [folder, path].join(delimiter);
}

const MAY_NOT = ['EACCES', 'EPERM', 'EROFS'];
const DISK_FULL = ['ENOSPC', 'EDQUOT'];

/** Tells why we cannot go on, and gives the exit code. Only a fault of ours shows its stack. */
function tell(error) {
  // Whoever read our output, such as `head`, has gone.
  if (error.code === 'EPIPE' && args[0] !== 'check') return 0;
  if (error instanceof Interrupted) return 130;
  if (error instanceof LaunchError) say(error.message);
  else if (error.code === 'EPIPE') {
    say(
      'Nobody reads what npm run check prints, so there is no verdict. → Run it without what reads only a part.',
    );
  } else if (DISK_FULL.includes(error.code)) say('The disk is full. → Free some space, and run again.');
  else if (MAY_NOT.includes(error.code) && error.path) {
    say(
      `${error.path} cannot be read or written (${error.code}). → Make it yours to read and write, and run again.`,
    );
  } else {
    say(
      `${error.stack ?? error}\nThis is a fault of the workshop. → Report it, with these lines, where you cloned it.`,
    );
  }
  return 3;
}

process.on('uncaughtException', (error) => process.exit(tell(error)));
process.exitCode = await launch().catch(tell);
