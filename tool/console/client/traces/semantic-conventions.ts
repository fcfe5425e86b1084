import * as conventions from '@opentelemetry/semantic-conventions/incubating';

const REGISTRY = 'https://opentelemetry.io/docs/specs/semconv/registry/attributes';

const names = new Set<string>();
/** Of attributes whose name ends in a key: `http.request.header.`. */
const templates: string[] = [];

for (const [constant, value] of Object.entries(conventions)) {
  if (!constant.startsWith('ATTR_')) continue;
  if (typeof value === 'string') names.add(value);
  else if (typeof value === 'function') templates.push((value as (key: string) => string)(''));
}

/** Where OpenTelemetry defines the attribute; undefined where it is nobody's but the app's. */
export function definitionUrl(name: string): string | undefined {
  const template = templates.find((start) => name.startsWith(start));
  if (!names.has(name) && !template) return undefined;
  const defined = template ? template.slice(0, -1) : name;
  const [namespace = ''] = defined.split('.');
  return `${REGISTRY}/${hyphenated(namespace)}/#${hyphenated(defined)}`;
}

function hyphenated(name: string): string {
  return name.replace(/[._]/g, '-');
}
