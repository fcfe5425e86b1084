import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { ProtobufTraceSerializer, TraceExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';

/** What @opentelemetry/exporter-trace-otlp-proto is made of. */
export class OTLPTraceExporter extends OTLPExporterBase<ReadableSpan[]> implements SpanExporter {
  constructor() {
    const headers = { 'Content-Type': 'application/x-protobuf' };
    const options = convertLegacyHttpOptions({}, 'TRACES', 'v1/traces', headers);
    const type = 'otlp_http_span_exporter';
    super(
      createOtlpHttpExportDelegate(
        options,
        ProtobufTraceSerializer,
        type,
        TraceExporterMetricsHelper,
        undefined,
      ),
    );
  }
}
