import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/**
 * Only a page that this very server gave may talk to it; undefined for such a request.
 * Host: another name that leads here is DNS rebinding. Origin: another site's page, or one without an origin, as in a sandbox.
 * Sec-Fetch-Site: another site's image, script or form, which brings no Origin.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function refuseStranger({ method, url, headers }: IncomingMessage, port: number): Refusal | undefined {
  const hosts = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`);
  const host = headers.host?.toLowerCase() ?? '';
  if (!hosts.includes(host)) {
    return { status: 421, reason: `The console has another name. → Open http://localhost:${port}.` };
  }
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) return STRANGER;

  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return isLink && method === 'GET' && url === '/' ? undefined : STRANGER;
}

const STRANGER: Refusal = { status: 403, reason: 'The console answers to its own page only.' };

/** Whether both are the same, in a time that does not tell how much of them is. */
export function isSameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
