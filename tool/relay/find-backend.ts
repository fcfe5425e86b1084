import { WorkshopError } from '../course/workshop-error.ts';
import { acceptingHost } from '../runner/port.ts';

/** What takes the traces as well as we do. */
export interface Backend {
  /** `http://127.0.0.1:4317`; `https://` for TLS. */
  readonly endpoint: string;
  /** `localhost:4317`, for people. */
  readonly address: string;
  /** On this machine: no proxy leads there, and its pages are here too. */
  readonly local: boolean;
}

export interface Search {
  /** Of the workshop; `OTEL_EXPORTER_OTLP_ENDPOINT` in it names a backend anywhere. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where a backend of this machine would be: the OTLP/gRPC port that our receiver wished for. */
  readonly preferredPort: number;
  /** The receiver's own. */
  readonly ownPorts: readonly number[];
  /** How long something on this machine may take to answer. */
  readonly answerMs?: number;
}

/**
 * The backend to pass traces on to: the one that the environment names, else what speaks OTLP/gRPC on the preferred port.
 * Undefined where there is none, or where it is another workshop, in whose terminal all traces would be drawn too.
 * Throws a WorkshopError where the environment names no address.
 */
export async function findBackend(search: Search): Promise<Backend | undefined> {
  const { preferredPort, ownPorts, answerMs = 1000 } = search;
  const named = namedBackend(search);
  if (named && !named.local) return named;
  const found = named && (await probe(named, answerMs));
  if (found === 'backend') return named;
  if (found === 'workshop') return undefined;

  const near = ownPorts.includes(preferredPort) ? undefined : await localBackend(preferredPort);
  if (near && (await probe(near, answerMs)) === 'backend') return near;
  // It may be one that starts later.
  return named;
}

async function localBackend(port: number): Promise<Backend | undefined> {
  const host = port === 0 ? undefined : await acceptingHost(port);
  return host && backendAt(new URL(`http://${host === '::1' ? '[::1]' : host}:${port}`));
}

/** Loaded where there is something to ask, since the app is to start first. */
async function probe(backend: Backend, answerMs: number): Promise<'backend' | 'workshop' | 'other'> {
  const { probeOtlp } = await import('./probe.ts');
  return probeOtlp(backend, answerMs);
}

/** Not our own receiver, which may be on the very port that the environment names. */
function namedBackend({ environment, ownPorts }: Search): Backend | undefined {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own, OTEL_EXPORTER_OTLP_ENDPOINT: general } = environment;
  const text = own?.trim() || general?.trim();
  if (!text) return undefined;
  // As in the exporters: without a scheme it is TLS.
  const url = URL.parse(/^\w+:\/\//.test(text) ? text : `https://${text}`);
  if (url && /^https?:$/.test(url.protocol)) {
    const backend = backendAt(url);
    return backend.local && ownPorts.includes(portOf(backend)) ? undefined : backend;
  }
  throw new WorkshopError(
    `OTEL_EXPORTER_OTLP_ENDPOINT is ${text}, which is no address to pass traces on to.`,
    'Set it like http://localhost:4317, or not at all.',
    2,
  );
}

function backendAt({ origin, host, hostname, port }: URL): Backend {
  const local = /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  return { endpoint: origin, address: local ? `localhost:${port}` : host, local };
}

function portOf({ endpoint }: Backend): number {
  const { port, protocol } = new URL(endpoint);
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}
