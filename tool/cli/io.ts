import { onProcessInterrupt } from '../runner/interrupt.ts';
import { readKeys } from '../terminal/keys.ts';
import { suspendProcess } from './suspend.ts';

/** What a command may touch of the terminal. */
export interface Io {
  readonly out: Writer;
  readonly err: Writer;
  /** The width of the terminal now. */
  readonly columns: () => number;
  /** Whether `out` shows colours, and they are wanted. */
  readonly colour: boolean;
  /** Subscribes to Ctrl-C and its like; gives what ends the subscription. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** Absent where nobody can press a key and see the answer: a pipe, a file, CI. */
  readonly terminal?: Terminal;
}

/** A person who reads and types. */
export interface Terminal {
  /** Whether the terminal obeys more than a line's end, so that a line can stay in sight. */
  readonly movesCursor: boolean;
  /** Subscribes to keys as they are pressed; gives what ends the subscription and restores the terminal. */
  readonly onKey: (listeners: { onKey: (key: string) => void; onInterrupt: () => void }) => () => void;
  /** Subscribes to changes of the width, and to the return from Ctrl-Z. */
  readonly onRedraw: (listener: () => void) => () => void;
}

interface Writer {
  write(text: string): unknown;
}

/** The terminal of this process. Colours follow https://no-color.org and `FORCE_COLOR`. */
export function processIo({ stdin, stdout, stderr, env } = process): Io {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0' && !env.NO_COLOR;
  return {
    out: stdout,
    err: stderr,
    // Some pseudo-terminals say 0.
    columns: () => stdout.columns || 80,
    colour: forced || (stdout.isTTY && stdout.hasColors()) || false,
    onInterrupt: onProcessInterrupt,
    ...(stdin.isTTY && stdout.isTTY && { terminal: terminalOf({ stdin, stdout, env }) }),
  };
}

/** The same, for sentences: in a terminal none is broken inside a word, a pipe gets each as one line. */
export async function inWholeWords(io: Io): Promise<Io> {
  if (!io.terminal) return io;
  const { wrapLong } = await import('../terminal/loop-text.ts');
  const broken = (to: Writer): Writer => ({ write: (text) => to.write(wrapLong(text, io.columns())) });
  return { ...io, out: broken(io.out), err: broken(io.err) };
}

function terminalOf({ stdin, stdout, env }: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'env'>): Terminal {
  return {
    movesCursor: env.TERM !== 'dumb',
    onKey: (listeners) => {
      const clear = () => stdout.write('\r\u001B[J');
      const suspend = () => {
        clear();
        return suspendProcess();
      };
      const giveBack = readKeys(stdin, { ...listeners, suspend });
      // A fault of ours is then told on a line of its own, in a terminal that works.
      const giveUp = () => {
        giveBack();
        clear();
      };
      process.once('uncaughtExceptionMonitor', giveUp);
      return () => {
        process.off('uncaughtExceptionMonitor', giveUp);
        giveBack();
      };
    },
    onRedraw: (listener) => {
      stdout.on('resize', listener);
      process.on('SIGCONT', listener);
      return () => {
        stdout.off('resize', listener);
        process.off('SIGCONT', listener);
      };
    },
  };
}
