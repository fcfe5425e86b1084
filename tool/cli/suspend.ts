import { once } from 'node:events';

/** What Ctrl-Z does to a program that leaves it to the terminal: all of us stop, npm too; resolves when we are continued. */
export async function suspendProcess(): Promise<void> {
  if (process.platform === 'win32') return;
  const continued = once(process, 'SIGCONT');
  process.kill(0, 'SIGTSTP');
  await continued;
}
