import { spawn } from 'node:child_process';

/**
 * Kills a process group if this process dies before `release()`, however hard it dies.
 *
 * A shell outside of the group waits on a pipe that only this process holds: the kernel closes it with the process, and
 * the shell kills the group. It works for an app in an endless loop, adds nothing to the app, and costs the start of a
 * shell beside it. Windows needs none of it: there a child that is not detached ends with its parent.
 */
export function guardProcessGroup(groupId: number): { release(): void } {
  const script = 'read -r _ || kill -s KILL -- "-$1"';
  const guard = spawn('/bin/sh', ['-c', script, 'sh', String(groupId)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A closing terminal must not end the guard before this process has ended.
    detached: true,
    env: {},
  });
  // Without a shell the app runs unguarded, which is no reason not to run it.
  guard.once('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  return { release: () => guard.stdin.end('\n') };
}
