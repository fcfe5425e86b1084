import { existsSync } from 'node:fs';
import path from 'node:path';

/** The path of a program that a shell would find; undefined where it would not. */
export function findProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const file = platform === 'win32' ? `${name}.exe` : name;
  const folders = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, file)).find((candidate) => existsSync(candidate));
}
