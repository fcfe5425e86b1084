import { painter } from './paint.ts';

/** Where else a trace is shown: a line below it, with an address that a terminal lets one click. */
export function renderTraceLink({ name, url }: { name: string; url: string }, colour: boolean): string {
  return painter(colour)('dim', `in ${name}: ${url}`);
}
