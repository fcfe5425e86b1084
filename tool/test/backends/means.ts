import { findEngine } from '../../compose/engine.ts';
import { findServerProgram, PROGRAMS, type ProgramName } from './programs.ts';
import { SET_UPS, type SetUpName } from './set-ups.ts';

/** How the servers of a set-up come to run. */
export type Means = 'containers' | 'programs';

/**
 * Programs that a variable names, else containers where there is an engine, else programs on the PATH.
 * Undefined where a server is not to be had.
 */
export async function findMeans(
  setUp: SetUpName,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Means | undefined> {
  const programs: readonly ProgramName[] = SET_UPS[setUp].programs;
  const complete = programs.every((name) => findServerProgram(name, env) !== undefined);
  const isNamed = programs.some((name) => env[PROGRAMS[name].variable]);
  if (complete && isNamed) return 'programs';
  if (await findEngine(env)) return 'containers';
  return complete ? 'programs' : undefined;
}

/** A line for each server that a set-up lacks: how to get it. */
export function missingPrograms(setUp: SetUpName, env: NodeJS.ProcessEnv = process.env): string[] {
  const programs: readonly ProgramName[] = SET_UPS[setUp].programs;
  const missing = programs.filter((name) => findServerProgram(name, env) === undefined);
  return missing.map((name) => {
    const { server, variable, download } = PROGRAMS[name];
    return `${server} is not on this machine. → Start Docker or Podman, or set ${variable}: ${download}`;
  });
}
