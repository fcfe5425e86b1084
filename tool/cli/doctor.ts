import { type Finding, renderFindings } from '../doctor/finding.ts';
import {
  browserFinding,
  clockFinding,
  diskFinding,
  dockerFinding,
  foldersFinding,
} from '../doctor/machine.ts';
import { copiesFinding, packagesFinding } from '../doctor/packages.ts';
import { portFindings } from '../doctor/ports.ts';
import { npmFinding, runtimeFinding } from '../doctor/runtime.ts';
import { painter } from '../terminal/paint.ts';
import { type Io, processIo } from './io.ts';

/**
 * `npm run doctor`: is this machine ready; each line with its mend. Gives the exit code: 3 where something needed is missing.
 * It imports no package, since it is called when packages are missing.
 */
export async function doctorCommand(
  root: string,
  io: Pick<Io, 'out' | 'colour' | 'columns' | 'terminal'> = processIo(),
): Promise<number> {
  const findings = await examine(root);
  io.out.write(
    renderFindings(findings, {
      paint: painter(io.colour),
      columns: io.terminal ? io.columns() : Number.POSITIVE_INFINITY,
    }),
  );
  return findings.some(({ state }) => state === 'wrong') ? 3 : 0;
}

async function examine(root: string): Promise<Finding[]> {
  const packages = packagesFinding(root);
  const [ports, docker] = await Promise.all([portFindings(root), dockerFinding()]);
  return [
    runtimeFinding(root, process),
    npmFinding(process.env, process.execPath),
    packages,
    copiesFinding(root),
    foldersFinding(root),
    diskFinding(root, { installed: packages.state === 'ok' }),
    ...ports,
    clockFinding(root),
    browserFinding(process.env),
    docker,
  ];
}
