import { spawn } from 'node:child_process';
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

interface Guard {
  readonly stdin: Writable;
  readonly groups: Set<number>;
}

let guard: Guard | undefined;

/**
 * Kills a process group if this process dies before `release()`, however hard it dies.
 *
 * A shell outside of all groups waits on a pipe that only this process holds: the kernel closes it with the process, and
 * the shell kills the groups. It works for an app in an endless loop, adds nothing to the app, and costs the start of a
 * shell beside it, one for all that run at once. Windows needs none of it: there a child that is not detached ends with
 * its parent.
 */
export function guardProcessGroup(groupId: number): { release(): void } {
  guard ??= startGuard();
  const { stdin, groups } = guard;
  groups.add(groupId);
  stdin.write(`+ ${groupId}\n`);
  return {
    release: () => {
      groups.delete(groupId);
      stdin.write(`- ${groupId}\n`);
      if (groups.size > 0) return;
      stdin.end();
      guard = undefined;
    },
  };
}

function startGuard(): Guard {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A closing terminal must not end the guard before this process has ended.
    detached: true,
    env: {},
  });
  // Without a shell the app runs unguarded, which is no reason not to run it.
  shell.once('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return { stdin: shell.stdin, groups: new Set() };
}
