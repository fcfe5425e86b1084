/** Whether there is a screen here that a browser can open on: not over SSH, where macOS and Windows would open one elsewhere. */
export function canOpenBrowser(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): boolean {
  // Editors that show another machine set it, to what opens a browser on this one.
  if (env.BROWSER) return true;
  if (env.DISPLAY || env.WAYLAND_DISPLAY) return true;
  if (env.SSH_CONNECTION || env.SSH_TTY) return false;
  return platform === 'darwin' || platform === 'win32' || env.WSL_DISTRO_NAME !== undefined;
}

/** Open the address in the learner's browser; whether that could be tried. */
export async function openBrowser(url: string): Promise<boolean> {
  try {
    const { default: open } = await import('open');
    await open(url);
    return true;
  } catch {
    return false;
  }
}
