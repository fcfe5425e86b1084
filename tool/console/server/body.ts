import type { IncomingMessage } from 'node:http';
import type { ActionRequest } from '../protocol.ts';
import type { Refusal } from './guard.ts';

const LONGEST_BODY = 1024;

/** What the page asks for, or why it cannot be told. A form of another site cannot send JSON without asking us first. */
export async function readActionRequest(request: IncomingMessage): Promise<ActionRequest | Refusal> {
  if (!/^application\/json(;|$)/i.test(request.headers['content-type'] ?? '')) {
    return { status: 415, reason: 'A request to the console must be application/json.' };
  }
  const text = await readText(request);
  if (text === undefined) {
    return { status: 413, reason: `A request to the console has at most ${LONGEST_BODY} bytes.` };
  }
  const wanted = parse(text);
  const step = isRecord(wanted) ? wanted.step : null;
  if (step === undefined) return {};
  return Number.isInteger(step) ? { step: Number(step) } : MALFORMED;
}

const MALFORMED: Refusal = { status: 400, reason: 'A request to the console is {} or {"step": 3}.' };

/** Undefined when it is too long; what is left of it is then not read. */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST_BODY) return undefined;
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
