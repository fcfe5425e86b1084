import { type AppRun, told } from '../evidence.ts';

/** Whether register() was called once more: the API then keeps the first provider, and says so to the diag logger alone. */
export function registeredTwice(runs: readonly AppRun[]): boolean {
  return runs
    .flatMap((run) => told(run, 'diag'))
    .some(({ message }) => message.includes('duplicate registration of API: trace'));
}
