import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findNpm } from '../launcher/npm.mjs';
import type { Finding } from './finding.ts';

/** The Node that runs us: the launcher lets no other one come so far. */
export function runtimeFinding(
  root: string,
  { version, execPath }: Pick<NodeJS.Process, 'version' | 'execPath'>,
): Finding {
  const own = execPath.startsWith(path.join(root, '.workshop'));
  return { subject: 'Node', state: 'ok', text: own ? `${version}, the workshop's own` : version };
}

export function npmFinding(env: NodeJS.ProcessEnv, nodePath: string): Finding {
  const script = findNpm({ env, nodePath });
  if (script) return { subject: 'npm', state: 'ok', text: versionOf(script) };
  const mend = 'Install Node 24 with npm from https://nodejs.org';
  return { subject: 'npm', state: 'wrong', text: 'is not on this machine', mend };
}

function versionOf(script: string): string {
  try {
    return JSON.parse(readFileSync(path.join(path.dirname(script), '..', 'package.json'), 'utf8')).version;
  } catch {
    return script;
  }
}
