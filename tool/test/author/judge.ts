import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Failure } from '../../check/define.ts';
import { startWarmChecks } from '../../check/warm.ts';
import { layOut, type Overlay } from '../../course/overlay.ts';
import { root } from './root.ts';

/** The verdict on one overlay, as the parent process gets it. */
export interface Judgement {
  readonly passed: boolean;
  /** The first failed assertion. */
  readonly first?: { readonly name: string } & Pick<Failure, 'diagnosis' | 'message'>;
}

// A process that judges one overlay after the other, as while a learner saves: vitest stays loaded for all of them, and
// those of one step have the same folder, so that tsx compiles anew only what an overlay changes.
const checks = startWarmChecks({ root, columns: () => 100 });
const overlays = path.join(root, '.workshop', 'overlays');
await mkdir(overlays, { recursive: true });
const folder = await mkdtemp(path.join(overlays, 'judge-'));
// As a learner's step has it: without it tsx would leave out every import that is used as a type alone.
await writeFile(
  path.join(folder, 'tsconfig.json'),
  JSON.stringify({ extends: path.join(root, 'tsconfig.json'), include: ['**/*.ts'] }),
);
// tsx keeps what it compiles in the temporary folder for a week, and looks through all of it whenever it adds something.
const temporary = path.join(folder, 'tmp');
await mkdir(temporary);
for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = temporary;

process.on('message', async (overlay: Overlay) => process.send?.(await judge(overlay)));
process.once('disconnect', end);
// Nobody is left to judge for, where the parent process was gone while this one was still loading.
if (!process.connected) await end();

async function end(): Promise<void> {
  await checks.close();
  await rm(folder, { recursive: true, force: true });
  process.exit();
}

async function judge(overlay: Overlay): Promise<Judgement> {
  const dir = path.join(folder, overlay.step);
  await layOut(root, overlay, dir);
  const result = await checks.run({ name: overlay.step, dir });
  const failed = result?.assertions.find(({ passed }) => !passed);
  const { failure } = failed ?? {};
  return {
    passed: result?.passed ?? false,
    ...(failed && {
      first: {
        name: failed.name,
        diagnosis: failure?.diagnosis ?? null,
        message: failure?.message ?? '',
      },
    }),
  };
}
