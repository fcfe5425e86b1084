import { SERVER_NAME } from '../receiver/grpc.ts';
import { SIGNALS } from '../receiver/signals.ts';
import type { Backend } from './find-backend.ts';
import { OtlpClient } from './otlp-client.ts';

/** What listens there, by its answer to an empty export, which every OTLP receiver takes. */
export async function probeOtlp(
  backend: Backend,
  boundMs: number,
): Promise<'backend' | 'workshop' | 'other'> {
  const client = new OtlpClient(backend);
  const path = SIGNALS[0]?.grpcPath ?? '';
  const outcome = await client.export({ path, body: Buffer.alloc(0), boundMs });
  client.close();
  if (outcome.type !== 'accepted') return 'other';
  return outcome.server === SERVER_NAME ? 'workshop' : 'backend';
}
