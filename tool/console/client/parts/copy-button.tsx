import { useEffect, useState } from 'preact/hooks';

export interface CopyButtonProps {
  readonly label: string;
  /** Made only when it is asked for. */
  readonly text: () => string;
  readonly class?: string;
}

const TOLD_MS = 2000;

/** Puts a text on the clipboard and says whether the browser let it. */
export function CopyButton({ label, text, class: name = 'button quiet' }: CopyButtonProps) {
  const [told, setTold] = useState('');
  useEffect(() => {
    if (told === '') return;
    const timer = setTimeout(() => setTold(''), TOLD_MS);
    return () => clearTimeout(timer);
  }, [told]);

  const copy = () =>
    navigator.clipboard.writeText(text()).then(
      () => setTold('Copied'),
      () => setTold('The browser forbids copying'),
    );
  return (
    <button type="button" class={name} onClick={copy}>
      <span aria-live="polite">{told || label}</span>
    </button>
  );
}
