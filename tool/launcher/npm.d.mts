/** The path of npm's own script; undefined when there is none. */
export function findNpm(options?: { env?: NodeJS.ProcessEnv; nodePath?: string }): string | undefined;
