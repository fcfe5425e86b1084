import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { hasJournal } from '../course/journal.ts';
import { chooseStep, progressFile, readProgress, renderNotSaved, stepToStart } from '../course/progress.ts';
import { listSteps, type Step } from '../course/steps.ts';
import { WorkshopError } from '../course/workshop-error.ts';
import { callersFolder, resolveTarget, resolveTargets, type TargetRequest } from './arguments.ts';
import { type Io, inWholeWords, processIo } from './io.ts';
import { stepTarget } from './step-target.ts';
import { explainCall, refuseFlagsThatNpmTook } from './wrong-call.ts';

interface Flags {
  readonly solution?: boolean;
  readonly dir?: string;
  readonly json?: boolean;
  readonly openConsole?: boolean;
}

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Run one command of the workshop, `argv` being its name and its arguments. Gives the exit code.
 * What the person at the terminal can mend is told in a line; a fault of ours is thrown.
 */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const call = { exitCode: 0 };
  const program = buildProgram(call, io);
  try {
    refuseFlagsThatNpmTook(argv, process.env);
    program.hook('preAction', (_, called) =>
      called.name() === 'doctor' ? undefined : finishInterrupted(io),
    );
    await program.parseAsync(argv, { from: 'user' });
    return call.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const told = error instanceof CommanderError ? explainCall(error, program, argv) : error;
    if (!(told instanceof WorkshopError)) throw error;
    (await inWholeWords(io)).err.write(`${told.message}\n`);
    return told.exitCode;
  }
}

/** A command's file is loaded when it is called, so that each starts at once. */
function buildProgram(call: { exitCode: number }, io: Io): Command {
  const program = new Command('npm run')
    .usage('<command> [step] -- [flags]')
    .helpCommand(false)
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => io.out.write(text), writeErr: () => {}, outputError: () => {} });
  const end = async (exitCode: number | Promise<number>) => {
    call.exitCode = await exitCode;
  };

  program
    .command('start')
    .description('work on the current step')
    .action(() => end(runStep(nextStep(io), { openConsole: true }, io)));
  withFolder(program.command('step [step]'))
    .description('run a step, restart it on save, and draw each trace')
    .action((word: string | undefined, flags: Flags) => end(runStep(word, flags, io)));
  withFolder(program.command('check [step]'))
    .description('check a step, or all, against the spans that it exports')
    .option('--json', 'print one JSON document and nothing else')
    .action((word: string | undefined, flags: Flags) => end(runCheck(word, flags, io)));
  addHelp(program, end, io);
  addForInstructors(program, end, io);
  withAnyArguments(program.command('test [arguments...]'))
    .description("the workshop's own tests, by vitest: npm test -- receiver")
    .action(async (given: string[]) => end((await import('./test.ts')).testCommand(root, given)));
  program
    .command('bench')
    .description('how fast the workshop is: medians')
    .action(async () => end((await import('./bench.ts')).benchCommand(root, io)));
  for (const name of ['lint', 'format', 'typecheck'] as const) {
    withAnyArguments(program.command(`${name} [arguments...]`, { hidden: true })).action(
      async (given: string[]) => end((await import('./package-bin.ts')).developerCommand(root, name, given)),
    );
  }
  return program;
}

/** What helps a learner on, and what puts files into a step and takes them back. */
function addHelp(program: Command, end: (exitCode: number | Promise<number>) => Promise<void>, io: Io): void {
  const step = (name: string, word: string | undefined) =>
    resolveTarget(request(`npm run ${name}`, word, {}, io)).step;
  const onStep = (name: string, run: (step: Step) => Promise<number>) =>
    program.command(`${name} [step]`).action((word: string | undefined) => end(run(step(name, word))));

  onStep('hint', async (step) => (await import('./hint.ts')).hintCommand({ root, step }, io)).description(
    'the next hint of a step, one more at each call',
  );
  onStep('diff', async (step) => (await import('./diff.ts')).diffCommand({ step }, io)).description(
    'what differs between your step and its solution',
  );
  onStep('solve', async (step) =>
    (await import('./solve.ts')).solveCommand({ root, step }, await inWholeWords(io)),
  ).description('put the solution into a step; your files are kept');
  onStep('reset', async (step) =>
    (await import('./reset.ts')).resetCommand({ root, step }, await inWholeWords(io)),
  ).description('put a step back to its start; your files are kept');
  program
    .command('undo')
    .description('bring back what the last solve or reset replaced')
    .action(async () => end((await import('./undo.ts')).undoCommand(root, await inWholeWords(io))));
  program
    .command('status')
    .description('all steps, what is done, where you are')
    .action(async () => {
      const at = request('npm run status', undefined, {}, io);
      await end((await import('./status.ts')).statusCommand(at, io));
    });
  program
    .command('doctor')
    .description('is this machine ready, and what to do if not')
    .action(async () => end((await import('./doctor.ts')).doctorCommand(root, io)));
}

/** What an instructor shows a class. */
function addForInstructors(
  program: Command,
  end: (exitCode: number | Promise<number>) => Promise<void>,
  io: Io,
): void {
  program
    .command('compose [name] [action]')
    .description('start a backend of compose/ in containers, or stop it with down')
    .action(async (name: string | undefined, action = 'up') =>
      end((await import('./compose.ts')).composeCommand({ root, name, action }, io)),
    );
  program
    .command('demo')
    .description('the solved shop with a believable load, for about a minute')
    .action(async () => end((await import('./demo.ts')).demoCommand({ root }, io)));
}

/** A `solve` that was killed in the middle is finished before anybody looks at the steps. */
async function finishInterrupted(io: Io): Promise<void> {
  if (!hasJournal(root)) return;
  const { finishInterrupted } = await import('../course/replace.ts');
  await finishInterrupted({ root, say: (line) => void io.err.write(`${line}\n`) });
}

function withFolder(command: Command): Command {
  return command
    .option('--solution', 'take the solution in place of your own work')
    .option('--dir <path>', 'take any folder inside the repository');
}

function withAnyArguments(command: Command): Command {
  return command.helpOption(false).allowUnknownOption().passThroughOptions();
}

function nextStep(io: Io): string {
  const { steps, progress } = request('npm start', undefined, {}, io);
  return String(stepToStart(steps, progress).number);
}

async function runStep(word: string | undefined, flags: Flags, io: Io): Promise<number> {
  const asked = request('npm run step', word, flags, io);
  const target = resolveTarget(asked);
  if (target.own) keepPlace(target.step, io);
  const targets = flags.dir === undefined ? resolveTargets({ ...asked, word: 'all' }) : [target];
  const { stepCommand } = await import('./step.ts');
  const { openConsole = false } = flags;
  return stepCommand({ step: stepTarget(target), course: { root, target, targets }, openConsole }, io);
}

/** A step runs also where it cannot be written down that it is the current one. */
function keepPlace(step: Step, io: Io): void {
  try {
    chooseStep(root, step);
  } catch (error) {
    io.err.write(`${renderNotSaved('Your place could not be saved', error)}\n`);
  }
}

async function runCheck(word: string | undefined, flags: Flags, io: Io): Promise<number> {
  const targets = resolveTargets(request('npm run check', word, flags, io));
  const { checkCommand } = await import('./check.ts');
  return checkCommand({ root, targets, json: flags.json ?? false }, io);
}

function request(call: string, word: string | undefined, { solution, dir }: Flags, io: Io): TargetRequest {
  const { progress, damagedFile } = readProgress(progressFile(root));
  if (damagedFile) {
    io.err.write(`Your progress could not be read, so it starts anew. → The old file is ${damagedFile}.\n`);
  }
  const cwd = callersFolder(root, process.env, process.cwd());
  return { root, steps: listSteps(root), progress, call, word, solution, dir, cwd };
}
