import type { Step } from './steps.ts';

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const ORDINALS = [
  '',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

/** The step that was probably meant: by a number in words, with something around it, or by a name that is misspelt. */
export function nearestStep(steps: readonly Step[], word: string): Step | undefined {
  const number = numberIn(word) ?? firstOfSeveral(word);
  if (number !== undefined) return steps.find((step) => step.number === number);
  if (word.length < 3) return undefined;

  const parts = steps.flatMap((step) => [step.name, ...step.name.split('-')].map((part) => ({ step, part })));
  const inside = parts.find(({ part }) => part.includes(word) || (part.length > 3 && word.includes(part)));
  if (inside) return inside.step;
  const near = parts
    .map(({ step, part }) => ({ step, distance: distance(word, part) / Math.max(word.length, part.length) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= 0.34 ? near.step : undefined;
}

/** `three`, `third`, `step3`, `#3`, `3.`; not `1-3` or `1.5`, which name no one step. */
function numberIn(word: string): number | undefined {
  const spelt = [NUMBERS.indexOf(word), ORDINALS.indexOf(word)].find((index) => index > 0);
  if (spelt !== undefined) return spelt;
  const digits = /^(?:step)?\D?(\d+)\D?$/.exec(word)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** `1-3`, `1..3`, `1,2`: more than one step. */
export function firstOfSeveral(word: string): number | undefined {
  const digits = /^(\d+)(?:\s*(?:-|\.\.+|,|\+|to)\s*\d+)+$/.exec(word)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** How many letters have to be put in, taken out or exchanged. */
export function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...to].entries()) {
      const [above = 0, left = 0, diagonal = 0] = [row[at + 1], next[at], row[at]];
      next.push(Math.min(above + 1, left + 1, diagonal + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
