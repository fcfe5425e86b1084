import type { Reporter, TestModule } from 'vitest/node';
import { findMeans, missingPrograms } from './means.ts';
import { SET_UPS, type SetUpName } from './set-ups.ts';

/** Says at the end which servers were really run, and how to get those that were not. */
export default class ServersReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const ran = new Set(tests.flatMap((test) => test.meta().servers ?? []));
    process.stdout.write(renderServers([...ran].sort(), await missingServers()));
  }
}

async function missingServers(): Promise<string[]> {
  const missing = new Set<string>();
  for (const name of Object.keys(SET_UPS) as SetUpName[]) {
    if ((await findMeans(name)) !== undefined) continue;
    for (const line of missingPrograms(name)) missing.add(line);
  }
  return [...missing];
}

export function renderServers(ran: readonly string[], missing: readonly string[]): string {
  const none = 'none';
  const lines = [
    '',
    'Real servers that ran:',
    ...(ran.length > 0 ? ran : [none]).map((server) => `  ${server}`),
  ];
  if (missing.length > 0) lines.push('Skipped:', ...missing.map((line) => `  ${line}`));
  return `${lines.join('\n')}\n`;
}
