import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Attributes, AttributeValue } from '../../../trace/span.ts';
import { readable } from '../parts/text.ts';
import { definitionUrl } from './semantic-conventions.ts';

export interface AttributeListProps {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly attributes: Attributes;
}

/** Longer values are folded. */
const LONG = 1000;

/** Names and values; a name that OpenTelemetry defines leads to its definition. */
export function AttributeList({ title, note, attributes }: AttributeListProps) {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return (
    <section class="attributes">
      <h4>
        <bdi>{title}</bdi> {note && <span class="note">{note}</span>}
      </h4>
      {entries.length === 0 && <p class="none">no attributes</p>}
      {entries.length > 0 && (
        <dl>
          {entries.map(([name, value]) => (
            <div key={name}>
              <dt>
                <AttributeName name={name} />
              </dt>
              <dd>
                <AttributeText text={valueText(value)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function AttributeName({ name }: { readonly name: string }) {
  const url = definitionUrl(name);
  const text = <bdi>{readable(name)}</bdi>;
  if (!url) return text;
  return (
    <a href={url} target="_blank" rel="noreferrer" title="OpenTelemetry's definition, on opentelemetry.io">
      {text}
    </a>
  );
}

function AttributeText({ text }: { readonly text: string }) {
  const [whole, setWhole] = useState(false);
  const short = !whole && text.length > LONG;
  return (
    <>
      <bdi>{readable(short ? text.slice(0, LONG).toWellFormed() : text)}</bdi>
      {short && (
        <button type="button" class="link-button" onClick={() => setWhole(true)}>
          … all {text.length.toLocaleString('en')} characters
        </button>
      )}
    </>
  );
}

function valueText(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
