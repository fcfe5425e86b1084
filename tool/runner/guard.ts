import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Keeps a list of groups by lines such as `+ 4711` and `- 4711`; at the end of its input it kills those that are left. */
const SCRIPT = `
groups=
while read -r sign id; do
  rest=
  for group in $groups; do [ "$group" = "$id" ] || rest="$rest $group"; done
  groups=$rest
  [ "$sign" = - ] || groups="$groups $id"
done
for group in $groups; do kill -s KILL -- "-$group"; done
`;

let shell: ChildProcessByStdio<Writable, null, null> | undefined;

/**
 * Kills a process group if this process dies before `release()`, however hard it dies.
 *
 * A shell outside of all groups waits on a pipe that only this process holds: the kernel closes it with the process, and
 * the shell kills the groups. It works for an app in an endless loop, adds nothing to the app, and costs the start of one
 * shell, however many apps follow. Windows needs none of it: there a child that is not detached ends with its parent.
 */
export function guardProcessGroup(groupId: number): { release(): void } {
  shell ??= startShell();
  const { stdin } = shell;
  stdin.write(`+ ${groupId}\n`);
  return { release: () => void stdin.write(`- ${groupId}\n`) };
}

function startShell() {
  const started = spawn('/bin/sh', ['-c', SCRIPT], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A closing terminal must not end the guard before this process has ended.
    detached: true,
    env: {},
  });
  const gone = () => {
    if (shell === started) shell = undefined;
  };
  // Without a shell the app runs unguarded, which is no reason not to run it.
  started.once('error', gone);
  started.once('exit', gone);
  started.stdin.on('error', () => {});
  started.unref();
  return started;
}
