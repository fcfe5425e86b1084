import type { Command, CommanderError } from 'commander';
import { distance } from '../course/nearest-step.ts';
import { WorkshopError } from '../course/workshop-error.ts';

/** What is wrong with a call that commander refused, with the nearest call that is right. */
export function explainCall(error: CommanderError, program: Command, argv: readonly string[]): WorkshopError {
  const [name = '', ...given] = argv;
  const quoted = /'(--?[^ '=]+)/.exec(error.message)?.[1] ?? '';
  const meant = /Did you mean (?:one of )?([^?,]+)/.exec(error.message)?.[1];
  const wrong = (problem: string, nearest: readonly string[]) =>
    new WorkshopError(problem, `Run: ${renderCall(nearest)}.`, 2);

  switch (error.code) {
    case 'commander.unknownOption': {
      const nearest = given.flatMap((word) => (word.split('=')[0] === quoted ? (meant ?? []) : word));
      return wrong(`${renderCall([name])} has no flag ${quoted}.`, [name, ...nearest]);
    }
    case 'commander.optionMissingArgument':
      return wrong(`${quoted} needs a value.`, [...argv, 'PATH']);
    case 'commander.excessArguments': {
      const allowed = program.commands.find((command) => command.name() === name)?.registeredArguments.length;
      const limit = LIMITS[allowed ?? 0] ?? LIMITS[0];
      const extra = given.filter((word) => !word.startsWith('-')).slice(allowed);
      return wrong(`${renderCall([name])} ${limit}: ${extra.join(' ')} is too much.`, [
        name,
        ...given.filter((word) => !extra.includes(word)),
      ]);
    }
    default: {
      const names = program.commands.map((command) => command.name()).join(', ');
      const mend = meant ? `Run: ${renderCall([meant, ...given])}.` : `Choose one of ${names}.`;
      return new WorkshopError(
        name === '' ? 'No command was given.' : `There is no command ${name}.`,
        mend,
        2,
      );
    }
  }
}

const LIMITS = ['takes no argument', 'takes one step', 'takes a name, then up or down'];

/** A call as it is typed: `npm run check 3 -- --json`. */
export function renderCall([name = '', ...given]: readonly string[]): string {
  const firstFlag = given.findIndex((word) => word.startsWith('-'));
  const words = firstFlag < 0 ? given : given.toSpliced(firstFlag, 0, '--');
  return [name === 'start' || name === 'test' ? 'npm' : 'npm run', name, ...words].join(' ');
}

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  step: ['solution', 'dir'],
  check: ['solution', 'dir', 'json'],
};

/**
 * Without `--` npm takes a flag for its own and passes on the rest, so that another folder would be run than was asked for.
 * Throws with the right call, for a misspelt flag as well.
 */
export function refuseFlagsThatNpmTook(argv: readonly string[], env: NodeJS.ProcessEnv): void {
  const known = FLAGS[argv[0] ?? ''] ?? [];
  const taken = Object.entries(env).flatMap(([variable, value]) => {
    const word = /^npm_config_(\w+)$/.exec(variable)?.[1];
    const flag = word && value ? known.find((name) => isNearly(word, name)) : undefined;
    return flag && !argv.includes(`--${flag}`) ? [{ word, flag, value }] : [];
  });
  const [first] = taken;
  if (!first) return;
  // Of `--dir PATH` npm takes the flag alone and passes on the path, of `--dir=PATH` it takes both.
  const given = argv.find((word) => /[\\/]/.test(word));
  const flags = taken.flatMap(({ flag, value = '' }) => {
    if (flag !== 'dir') return [`--${flag}`];
    return ['--dir', value === 'true' ? (given ?? 'PATH') : value];
  });
  const words = flags.includes(given ?? '') ? argv.filter((word) => word !== given) : argv;
  const nearest = renderCall([...words, ...flags]);
  throw new WorkshopError(`npm took --${first.word} for itself.`, `Put -- before it: ${nearest}.`, 2);
}

/** `dir` has neighbours among npm's own settings, so that the shorter a word, the nearer it has to be. */
function isNearly(word: string, flag: string): boolean {
  return distance(word, flag) <= Math.floor(flag.length / 4);
}
