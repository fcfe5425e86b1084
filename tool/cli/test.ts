import { runPackageScript } from './package-bin.ts';

/** `npm test`: the workshop's own tests. What is given goes to vitest, such as a part of a file's name. */
export function testCommand(root: string, given: readonly string[]): Promise<number> {
  return runPackageScript(root, 'vitest/vitest.mjs', ['run', ...given]);
}
