import path from 'node:path';

/** The page's code and looks. */
export interface Bundle {
  readonly script: string;
  readonly styles: string;
}

const ENTRY = path.resolve(import.meta.dirname, '../client/main.tsx');

/** The page, bundled in memory. Rejects with esbuild's own words where a file of it does not compile. */
export async function bundlePage(entry = ENTRY): Promise<Bundle> {
  const esbuild = await import('esbuild');
  const building = esbuild.build({
    entryPoints: [entry],
    outdir: path.dirname(entry),
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  // Its process has nothing more to do.
  const { outputFiles } = await building.finally(() => esbuild.stop());
  const textOf = (ending: string) => outputFiles.find((file) => file.path.endsWith(ending))?.text ?? '';
  return { script: textOf('.js'), styles: textOf('.css') };
}

/** The same once for many; a failure is tried anew, for whoever mends the page meanwhile. */
export function bundleOnce(bundle: () => Promise<Bundle> = bundlePage): () => Promise<Bundle> {
  let bundled: Promise<Bundle> | undefined;
  return () => {
    bundled ??= bundle().catch((error: unknown) => {
      bundled = undefined;
      throw error;
    });
    return bundled;
  };
}
