import type { Message } from '../../receiver/fields.ts';
import { parseJson } from '../../receiver/json.ts';
import { decodeMessage } from '../../receiver/schema.ts';
import { readSpans } from '../../receiver/spans.ts';
import type { Attributes } from '../../trace/span.ts';
import type { Trace } from './traces.ts';

/** What a server answers as JSON; undefined where it says that there is no such thing. */
export async function getJson(url: string | URL): Promise<unknown> {
  const answer = await get(url);
  return answer && JSON.parse(answer.toString('utf8'));
}

/** A trace from Jaeger, in OTLP. https://www.jaegertracing.io/docs/latest/architecture/apis/#query-json-over-http */
export async function jaegerTrace(queryUrl: string, traceId: string): Promise<Trace> {
  const answer = await get(`${queryUrl}/api/v3/traces/${traceId}`);
  const spans = answer ? readSpans(parseJson(answer).result as Message).spans : [];
  return spans.map((span) => ({ ...span, attributes: withoutRemarks(span.attributes) }));
}

/** Jaeger remarks on a span in attributes of its own, such as on clocks that disagree. */
function withoutRemarks(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !key.startsWith('@jaeger@')));
}

/** The ids of the traces that Jaeger's own search finds. */
export async function jaegerSearch(
  queryUrl: string,
  tags: Readonly<Record<string, string>>,
): Promise<string[]> {
  const query = new URLSearchParams({ service: 'shop', tags: JSON.stringify(tags), limit: '1000' });
  const { data } = (await getJson(`${queryUrl}/api/traces?${query}`)) as { data: { traceID: string }[] };
  return data.map(({ traceID }) => traceID);
}

/** A trace from Tempo, in OTLP. https://grafana.com/docs/tempo/latest/api_docs/#query */
export async function tempoTrace(queryUrl: string, traceId: string): Promise<Trace> {
  const answer = await get(`${queryUrl}/api/traces/${traceId}`, { accept: 'application/protobuf' });
  return answer ? readSpans(decodeMessage('ExportTraceServiceRequest', answer) as Message).spans : [];
}

/** A span as Zipkin keeps it. https://zipkin.io/zipkin-api/#/default/get_trace__traceId_ */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: string;
  /** Microseconds. */
  readonly timestamp: number;
  readonly duration: number;
  readonly localEndpoint: { readonly serviceName: string };
  readonly tags: Readonly<Record<string, string>>;
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
}

export async function zipkinTrace(queryUrl: string, traceId: string): Promise<ZipkinSpan[]> {
  return ((await getJson(`${queryUrl}/api/v2/trace/${traceId}`)) ?? []) as ZipkinSpan[];
}

async function get(
  url: string | URL,
  headers: Readonly<Record<string, string>> = {},
): Promise<Buffer | undefined> {
  const answer = await fetch(url, { headers });
  const body = Buffer.from(await answer.arrayBuffer());
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${body}`);
  return body;
}
