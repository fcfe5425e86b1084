import { cp, readdir, rm } from 'node:fs/promises';
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

/** Make `dir` a copy of the step's solution with the overlay's files over it; what was there before is gone. */
export async function layOut(root: string, { step, dir: overlay }: Overlay, dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await cp(path.join(root, 'solutions', step), dir, { recursive: true });
  await cp(overlay, dir, { recursive: true });
}
