import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** A wrong or another right solution of a step, in `checks/mistakes/` or `checks/variants/`. */
export interface Overlay {
  /** The step's folder name. */
  readonly step: string;
  /** The folder's name: what follows a dot tells two overlays of one diagnosis apart. */
  readonly name: string;
  readonly dir: string;
}

/** All overlays of one kind, by step and name. */
export async function listOverlays(root: string, kind: 'mistakes' | 'variants'): Promise<Overlay[]> {
  const base = path.join(root, 'checks', kind);
  const steps = (await readdir(base)).toSorted();
  const found = steps.map(async (step) =>
    (await readdir(path.join(base, step)))
      .toSorted()
      .map((name) => ({ step, name, dir: path.join(base, step, name) })),
  );
  return (await Promise.all(found)).flat();
}

/** The diagnosis that a mistake's check must name. */
export function diagnosisOf({ name }: Overlay): string {
  return name.split('.')[0] ?? name;
}

export interface LaidOut {
  readonly dir: string;
  readonly remove: () => Promise<void>;
}

/** A copy of the step's solution with the overlay's files over it, in a folder inside the repository. */
export async function layOut(root: string, { step, name, dir: overlay }: Overlay): Promise<LaidOut> {
  const parent = path.join(root, '.workshop', 'overlays');
  await mkdir(parent, { recursive: true });
  const dir = await mkdtemp(path.join(parent, `${step}.${name}-`));
  await cp(path.join(root, 'solutions', step), dir, { recursive: true });
  await cp(overlay, dir, { recursive: true });
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
