import type { JSX } from 'preact';

const PATHS = {
  moon: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z',
  sun: 'M8 4.8a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4ZM8 .8v1.6M8 13.6v1.6M.8 8h1.6M13.6 8h1.6M2.9 2.9 4 4M12 12l1.1 1.1M13.1 2.9 12 4M4 12l-1.1 1.1',
  projector: 'M1.5 2.5h13v8h-13ZM8 10.5v3M5 13.8h6',
  keys: 'M1.5 3.5h13v9h-13ZM4 6.2h.1M6.7 6.2h.1M9.3 6.2h.1M12 6.2h.1M4.5 9.8h7',
  book: 'M8 3.6C6.6 2.6 4.6 2.4 2 2.5v9.8c2.6-.1 4.6.1 6 1.1 1.4-1 3.400-1.200 6-1.100V2.500c-2.600-.1-4.600.1-6 1.100ZM8 3.600v9.800',
  close: 'm3.500 3.500 9 9M12.500 3.500l-9 9',
  back: 'M9.500 3 4.500 8l5 5',
  next: 'm6.500 3 5 5-5 5',
  out: 'M9 2.500h4.500V7M13.200 2.800 7.500 8.500M11.500 9.500v4h-9v-9h4',
} as const;

/** A line drawing of one character's size; what it means stands beside it or in its button's label. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
