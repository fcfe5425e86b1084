/** How many colours `theme.css` has for services. */
const COLOURS = 8;
/** Names beyond these are not kept: they come from outside. */
const MOST_NAMES = 1000;

const places = new Map<string, number>();

/** The class of a service's colour: the same wherever it is shown, and another for each of the first eight services. */
export function serviceClass(service: string): string {
  let place = places.get(service);
  if (place === undefined) {
    place = places.size;
    if (places.size < MOST_NAMES) places.set(service, place);
  }
  return `service-${place % COLOURS}`;
}
