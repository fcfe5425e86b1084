import type { Setup } from './setups.ts';

/** The set-ups that there are, a line each. */
export function renderSetups(setups: readonly Setup[]): string {
  const width = Math.max(...setups.map(({ name }) => name.length));
  const lines = setups.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
  return `${lines.join('\n')}\nStart one with npm run compose NAME, stop it with npm run compose NAME down.\n`;
}

/** Where a set-up that runs is found, and what follows from it. */
export function renderAddresses({ name, addresses }: Setup): string {
  const width = Math.max(0, ...addresses.map((address) => address.name.length));
  const lines = addresses.map((address) => `  ${address.name.padEnd(width)}  ${address.url}`);
  return [
    `${name} runs:`,
    ...lines,
    'Now start a step, or start it again: it passes on to there whatever it receives.',
    `Stop it with npm run compose ${name} down.`,
    '',
  ].join('\n');
}
