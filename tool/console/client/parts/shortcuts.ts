import { useEffect, useRef } from 'preact/hooks';
import { readPreferences } from './preferences.ts';

type Handlers = Readonly<Record<string, () => void>>;

/** The one shown last is asked first. */
const layers: { current: Handlers }[] = [];

/** Binds keys (as `KeyboardEvent.key` names them) for as long as the component is shown. */
export function useShortcuts(handlers: Handlers): void {
  const layer = useRef(handlers);
  layer.current = handlers;
  useEffect(() => {
    if (layers.length === 0) document.addEventListener('keydown', handleKey);
    layers.unshift(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) document.removeEventListener('keydown', handleKey);
    };
  }, []);
}

function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector('dialog[open]') || isTyping(event.target)) return;
  const isLetter = event.key.length === 1;
  if (isLetter && readPreferences().noShortcuts) return;
  const handler = layers.find(({ current }) => Object.hasOwn(current, event.key))?.current[event.key];
  if (!handler) return;
  event.preventDefault();
  handler();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input, textarea, select, [contenteditable]');
}
