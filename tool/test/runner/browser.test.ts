import { describe, expect, test } from 'vitest';
import { canOpenBrowser } from '../../runner/browser.ts';

describe('a browser can be opened', () => {
  const SSH = { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' };

  test.for<[string, NodeJS.Platform, NodeJS.ProcessEnv, boolean]>([
    ['on a Mac', 'darwin', {}, true],
    ['on Windows', 'win32', {}, true],
    ['on a Linux desktop', 'linux', { DISPLAY: ':0' }, true],
    ['on Wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['in WSL, where Windows has one', 'linux', { WSL_DISTRO_NAME: 'Ubuntu' }, true],
    ['through an editor that shows another machine', 'linux', { ...SSH, BROWSER: 'helper.sh' }, true],
    ['over SSH with a display', 'linux', { ...SSH, DISPLAY: 'localhost:10.0' }, true],
    ['on Linux without a screen', 'linux', {}, false],
    ['over SSH on a Mac, whose screen is elsewhere', 'darwin', SSH, false],
    ['over SSH on Windows', 'win32', { SSH_TTY: '/dev/pts/1' }, false],
  ])('%s', ([, platform, env, expected]) => {
    expect(canOpenBrowser(env, platform)).toBe(expected);
  });
});
