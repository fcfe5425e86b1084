import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Why a Node process ended, in one line, and where in the learner's own files. */
export interface Failure {
  readonly message: string;
  /** Relative to the step's folder, with forward slashes; absent when no file of the step is named. */
  readonly file?: string;
  /** From 1; absent when only the file is known. */
  readonly line?: number;
}

/** `tracing.ts:14: TypeError: …`, with less where less is known. */
export function renderFailure({ file, line, message }: Failure): string {
  if (file === undefined) return message;
  return line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`;
}

/**
 * The error that ended a process, read from the last lines of its stderr; undefined when they show none.
 * Understands what Node prints for an uncaught error and for a module that cannot be linked or found, and what esbuild
 * (within tsx) prints for a syntax error. Where several files of `dir` are named, the innermost one is taken.
 */
export function findFailure(stderr: readonly string[], dir: string): Failure | undefined {
  const folder = realPath(dir);
  const crash = lastCrash(stderr);
  const message = crash && messageOf(crash);
  if (!message) return undefined;
  const found = syntaxError(crash, folder) ?? missingModule(crash, folder);
  if (found) return found;

  const missingExport =
    /^SyntaxError: The requested module '(.+)' does not provide an export named '(.+)'$/.exec(message);
  const plain = missingExport ? `${missingExport[2]} is not exported by ${missingExport[1]}.` : message;
  return { message: plain, ...firstOwnPlace(crash, folder) };
}

/** Node prints the place of an uncaught error, the source line, and a caret below it; the error follows. */
function lastCrash(lines: readonly string[]): readonly string[] | undefined {
  const caret = lines.findLastIndex((line) => /^\s*\^+\s*$/.test(line));
  if (caret < 0) return undefined;
  const place = lines.slice(0, caret).findLastIndex((line) => /^\S.*:\d+$/.test(line));
  return lines.slice(place < 0 ? caret : place);
}

function messageOf(crash: readonly string[]): string | undefined {
  const caret = crash.findIndex((line) => /^\s*\^+\s*$/.test(line));
  const first = crash.slice(caret + 1).find((line) => line.trim() !== '');
  return (
    first
      ?.trim()
      .replace(/^\[(.*?)\](?: \{)?$/, '$1')
      .replace(/^(\w*Error) \[\w+\]/, '$1')
      .replace(/^Error: /, '')
      // gRPC ends its messages with it, also where it knows of none.
      .replace(/ Resolution note:$/, '')
  );
}

function syntaxError(crash: readonly string[], folder: string): Failure | undefined {
  for (const text of crash) {
    const [, file, line, message] = /^(.+):(\d+):\d+: ERROR: (.+)$/.exec(text) ?? [];
    const own = file && ownFile(file, folder);
    if (own && message) return { file: own, line: Number(line), message };
  }
  return undefined;
}

function missingModule(crash: readonly string[], folder: string): Failure | undefined {
  for (const text of crash) {
    const [, kind, name = '', importer = ''] =
      /Cannot find (module|package) '(.+?)' imported from (.+)$/.exec(text) ?? [];
    const file = ownFile(importer, folder);
    if (!kind || !file) continue;
    const missing = ownFile(name, folder) ?? name;
    const line = lineOfImport(path.join(folder, file), missing);
    return { file, ...(line && { line }), message: `Cannot find ${kind} '${missing}'.` };
  }
  return undefined;
}

/** Node names the importing file and not the line; the line is the first that ends a string with the module's name. */
function lineOfImport(file: string, missing: string): number | undefined {
  const name = path.posix.basename(missing);
  const names = (line: string) => line.includes(`${name}'`) || line.includes(`${name}"`);
  try {
    return readFileSync(file, 'utf8').split('\n').findIndex(names) + 1 || undefined;
  } catch {
    return undefined;
  }
}

function firstOwnPlace(crash: readonly string[], folder: string): { file: string; line: number } | undefined {
  for (const text of crash) {
    const [, file, line] =
      /^(?:\s+at .*\(|\s+at (?:async )?)?((?:file:\/\/)?[^()]+?):(\d+)(?::\d+\)?)?$/.exec(text) ?? [];
    const own = file && ownFile(file, folder);
    if (own) return { file: own, line: Number(line) };
  }
  return undefined;
}

/** The file relative to the folder; undefined when it is outside, or a library inside. */
function ownFile(file: string, folder: string): string | undefined {
  const absolute = file.startsWith('file:') ? fileURLToPath(file) : file;
  if (!path.isAbsolute(absolute)) return undefined;
  const relative = path.relative(folder, absolute).replaceAll('\\', '/');
  const outside = relative === '' || relative.startsWith('..') || path.isAbsolute(relative);
  return outside || relative.includes('node_modules/') ? undefined : relative;
}

/** A folder that is gone by now has no other path than the one it had. */
function realPath(dir: string): string {
  try {
    return realpathSync(dir);
  } catch {
    return dir;
  }
}
