import { useEffect, useRef, useState } from 'preact/hooks';
import { useShortcuts } from '../parts/shortcuts.ts';

export interface FilterBoxProps {
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly problem: string | undefined;
}

/** After the last key: each filter is a new connection. */
const WAIT_MS = 150;

export function FilterBox({ filter, onFilter, problem }: FilterBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(filter);
  useShortcuts({ '/': () => input.current?.select() });
  useEffect(() => {
    if (text === filter) return;
    const timer = setTimeout(() => onFilter(text), WAIT_MS);
    return () => clearTimeout(timer);
  }, [text, filter, onFilter]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    if (text === '') input.current?.blur();
    setText('');
  };
  return (
    <div class="filter">
      <input
        ref={input}
        type="search"
        aria-label="Filter the traces"
        aria-describedby="filter-help"
        aria-invalid={problem !== undefined}
        placeholder="Filter: checkout  error  >200ms  user.id=ada"
        spellcheck={false}
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">/</kbd>
      <p id="filter-help" class={problem ? 'filter-problem' : 'sr-only'} role={problem ? 'alert' : undefined}>
        {problem ??
          'Text of a name, a service or an attribute; error; a duration such as >200ms; an attribute such as user.id=ada. All words must match.'}
      </p>
    </div>
  );
}
