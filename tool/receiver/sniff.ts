export type Protocol = 'http1' | 'http2' | 'tls' | 'unknown';

/** Enough to tell the protocols apart. */
export const SNIFF_BYTES = 4;

/**
 * What a connection speaks, from the first bytes that its peer sent; undefined while they leave it open.
 * HTTP/2 starts with `PRI `, a TLS handshake with 0x16 0x03, and HTTP/1 with a method.
 * https://www.rfc-editor.org/rfc/rfc9113#preface
 */
export function sniff(bytes: Buffer): Protocol | undefined {
  const start = bytes.toString('latin1', 0, SNIFF_BYTES);
  if (start === 'PRI ') return 'http2';
  if (start.startsWith('\x16\x03')) return 'tls';
  if ('PRI '.startsWith(start) || start === '\x16') return undefined;
  return /^[A-Z]/.test(start) ? 'http1' : 'unknown';
}
