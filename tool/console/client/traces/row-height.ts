import { remPixels } from '../parts/use-rem.ts';

/** In rem; on a narrow page the bar stands below the name. */
const ONE_LINE = 1.75;
const TWO_LINES = 2.75;

export function rowHeightPixels(layout: 'wide' | 'narrow'): number {
  return Math.round((layout === 'wide' ? ONE_LINE : TWO_LINES) * remPixels());
}
