import { spawn } from 'node:child_process';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * Run a program to its end: its exit code, 128 + N where signal N ended it, and whether we were told to stop meanwhile.
 * SIGTERM and SIGHUP are passed on; SIGINT only without a terminal, since a terminal sends Ctrl-C to the child itself.
 */
export function runChild(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    const handlers = Object.keys(SIGNALS).map((signal) => [signal, () => stop(signal)]);
    let interrupted = false;

    function stop(signal) {
      interrupted = true;
      if (signal !== 'SIGINT' || !hasTerminal()) child.kill(signal);
    }
    function finish(settle) {
      for (const [signal, handler] of handlers) process.removeListener(signal, handler);
      settle();
    }

    for (const [signal, handler] of handlers) process.on(signal, handler);
    child.once('error', (error) => finish(() => reject(error)));
    child.once('exit', (code, signal) => {
      finish(() => resolve({ code: code ?? 128 + (SIGNALS[signal] ?? 9), interrupted }));
    });
  });
}

function hasTerminal() {
  return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
}
