import { benchCommands, renderCommandTimes } from '../bench/commands.ts';
import { benchConsole, renderConsoleTimes } from '../bench/console.ts';
import { benchLoop, renderLoopTimes } from '../bench/loop.ts';
import { benchReceiver, renderReceiverRates } from '../bench/receiver.ts';
import type { Io } from './io.ts';

/** `npm run bench`: measures the workshop on this machine and prints medians. Gives the exit code. */
export async function benchCommand(root: string, io: Io): Promise<number> {
  io.out.write('Medians on this machine; it takes some minutes.\n\n');
  io.out.write(renderCommandTimes(await benchCommands(root)));
  io.out.write(renderLoopTimes(await benchLoop(root)));
  io.out.write(renderConsoleTimes(await benchConsole(root)));
  io.out.write(`\n${renderReceiverRates(await benchReceiver())}`);
  return 0;
}
