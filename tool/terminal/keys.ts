/** What of a terminal's input is needed: `process.stdin`, where it is one. */
export interface KeyInput {
  setRawMode(raw: boolean): unknown;
  setEncoding(encoding: 'utf8'): unknown;
  on(event: 'data', listener: (text: string) => void): unknown;
  off(event: 'data', listener: (text: string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export interface KeyOptions {
  /** A key that types a character, in small letters. */
  readonly onKey: (key: string) => void;
  /** Ctrl-C, which in raw mode is a key like any other. */
  readonly onInterrupt: () => void;
  /** Ctrl-Z: give the terminal to the shell; resolves once we have it again. Left out where there is no such thing. */
  readonly suspend?: () => Promise<void>;
}

const CTRL_C = '\u0003';
const CTRL_Z = '\u001A';

/** Hear each key as it is pressed, until the returned function is called, which gives the terminal back as it was. */
export function readKeys(input: KeyInput, { onKey, onInterrupt, suspend }: KeyOptions): () => void {
  const hear = (text: string) => {
    if (text.includes(CTRL_C)) onInterrupt();
    else if (text === CTRL_Z) void takeBreak();
    else if (isOneKey(text)) onKey(text.toLowerCase());
  };
  const takeBreak = async () => {
    if (!suspend) return;
    input.setRawMode(false);
    await suspend();
    input.setRawMode(true);
  };
  input.setEncoding('utf8');
  input.setRawMode(true);
  input.on('data', hear);
  input.resume();
  return () => {
    input.off('data', hear);
    input.setRawMode(false);
    input.pause();
  };
}

/** Several characters at once are an arrow key, or text that was pasted into the wrong window. */
function isOneKey(text: string): boolean {
  return [...text].length === 1 && /[\p{L}\p{N}\p{P}\r]/u.test(text);
}
