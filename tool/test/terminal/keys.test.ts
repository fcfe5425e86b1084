import { expect, test } from 'vitest';
import { type KeyInput, readKeys } from '../../terminal/keys.ts';

class Keyboard implements KeyInput {
  readonly modes: boolean[] = [];
  paused = true;
  #listener: ((text: string) => void) | undefined;

  setRawMode(raw: boolean): void {
    this.modes.push(raw);
  }
  setEncoding(): void {}
  on(_event: 'data', listener: (text: string) => void): void {
    this.#listener = listener;
  }
  off(): void {
    this.#listener = undefined;
  }
  resume(): void {
    this.paused = false;
  }
  pause(): void {
    this.paused = true;
  }
  type(text: string): void {
    this.#listener?.(text);
  }
}

function listening(suspend?: () => Promise<void>) {
  const keyboard = new Keyboard();
  const heard: string[] = [];
  const stop = readKeys(keyboard, {
    onKey: (key) => heard.push(key),
    onInterrupt: () => heard.push('interrupt'),
    ...(suspend && { suspend }),
  });
  return { keyboard, heard, stop };
}

test('hears each key, large or small', () => {
  const { keyboard, heard } = listening();
  for (const key of ['c', 'N', '?', '\r']) keyboard.type(key);

  expect(heard).toEqual(['c', 'n', '?', '\r']);
});

test('hears no key in an arrow, an escape, or a text that was pasted', () => {
  const { keyboard, heard } = listening();
  for (const text of ['\u001B[A', '\u001B', 'npm run step 3\r', '\u0000', ' ']) keyboard.type(text);

  expect(heard).toEqual([]);
});

test('hears Ctrl-C wherever it comes', () => {
  const { keyboard, heard } = listening();
  keyboard.type('\u0003');
  keyboard.type('nn\u0003');

  expect(heard).toEqual(['interrupt', 'interrupt']);
});

test('gives the terminal back as it was', () => {
  const { keyboard, heard, stop } = listening();
  stop();
  keyboard.type('c');

  expect(keyboard.modes).toEqual([true, false]);
  expect(keyboard.paused).toBe(true);
  expect(heard).toEqual([]);
});

test('lends the terminal to the shell on Ctrl-Z', async () => {
  const continued = Promise.withResolvers<void>();
  const { keyboard } = listening(() => continued.promise);
  keyboard.type('\u001A');
  expect(keyboard.modes).toEqual([true, false]);

  continued.resolve();
  await continued.promise;
  await Promise.resolve();
  expect(keyboard.modes).toEqual([true, false, true]);
});
