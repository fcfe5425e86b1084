import { runChecks } from '../../check/run.ts';
import { layOut, type Overlay } from '../../course/overlay.ts';
import { root } from './root.ts';

/** The verdict on one overlay, as the parent process gets it. */
export interface Judgement {
  readonly passed: boolean;
  /** The first failed assertion. */
  readonly first?: { readonly name: string; readonly diagnosis: string | null; readonly message: string };
}

// A process that judges one overlay after the other: vitest is loaded once for all of them.
process.on('message', async (overlay: Overlay) => process.send?.(await judge(overlay)));

async function judge(overlay: Overlay): Promise<Judgement> {
  const laid = await layOut(root, overlay);
  try {
    const [result] = await runChecks([{ name: overlay.step, dir: laid.dir }], { root });
    const failed = result?.assertions.find(({ passed }) => !passed);
    const { failure } = failed ?? {};
    return {
      passed: result?.passed ?? false,
      ...(failed && {
        first: {
          name: failed.name,
          diagnosis: failure?.diagnosis?.id ?? null,
          message: failure?.message ?? '',
        },
      }),
    };
  } finally {
    await laid.remove();
  }
}
