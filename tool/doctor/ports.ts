import { choosePort } from '../runner/port.ts';
import type { Finding } from './finding.ts';
import { type Holder, portHolder } from './port-holder.ts';

const PORTS = {
  3000: 'the app',
  3001: 'the upstream',
  4317: 'OTLP over gRPC',
  4318: 'OTLP over HTTP',
  4319: 'the console',
};

/** Each of the workshop's ports. One that is taken is replaced by a free one when a step runs, so that none has to be free. */
export function portFindings(
  root: string,
  ports: Readonly<Record<number, string>> = PORTS,
): Promise<Finding[]> {
  return Promise.all(
    Object.entries(ports).map(async ([port, use]): Promise<Finding> => {
      const subject = `port ${port}`;
      const { replaced } = await choosePort(Number(port));
      if (!replaced) return { subject, state: 'ok', text: `free, for ${use}` };
      const holder = await portHolder(Number(port));
      if (holder?.command.includes(root) || holder?.command.includes('tool/start.mjs'))
        return { subject, state: 'ok', text: `held by a workshop that runs${renderHolder(holder)}` };
      return {
        subject,
        state: 'note',
        text: `is taken${holder ? `, by ${holder.name}${renderHolder(holder)}` : ''}`,
        mend: `Stop that, or leave it: the workshop then takes another port for ${use}, and says so`,
      };
    }),
  );
}

const renderHolder = ({ pid }: Holder) => ` (process ${pid})`;
