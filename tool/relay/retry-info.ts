import { decodeMessage } from '../receiver/schema.ts';

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

interface Details {
  readonly details?: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
}

interface RetryInfo {
  readonly retryDelay?: { readonly seconds: number | object; readonly nanos: number };
}

/**
 * How long a server asks to wait, in milliseconds, by the `RetryInfo` in its trailer `grpc-status-details-bin`; undefined
 * where it says nothing that can be read. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling
 */
export function retryDelayMs(statusDetails: unknown): number | undefined {
  if (!(statusDetails instanceof Uint8Array)) return undefined;
  try {
    const { details = [] } = decodeMessage('RpcStatus', statusDetails) as Details;
    const info = details.find(({ typeUrl }) => typeUrl === RETRY_INFO);
    if (!info) return undefined;
    const { retryDelay } = decodeMessage('RetryInfo', info.value) as RetryInfo;
    return retryDelay ? Number(retryDelay.seconds) * 1000 + retryDelay.nanos / 1e6 : 0;
  } catch {
    return undefined;
  }
}
