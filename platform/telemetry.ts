import { context, propagation, trace, type Context } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';

export interface Telemetry {
  readonly provider: NodeTracerProvider;
  /** For spans made elsewhere (a workflow's sandbox): sent the same way. Absent when nothing is sent. */
  readonly spans?: { readonly processor: SpanProcessor; readonly resource: Resource };
  /** Sends what is buffered; never throws, since an absent collector must not stop a shutdown. */
  close(): Promise<void>;
}

/**
 * Registers the tracer of this process. Spans leave it only when an OTLP endpoint is given
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/); ids are made and carried along in any case.
 */
export function startTelemetry(
  serviceName: string,
  options: { version?: string; endpoint?: string | null; processors?: readonly SpanProcessor[] } = {},
): Telemetry {
  const endpoint =
    options.endpoint === undefined ? process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] : options.endpoint;
  const exporters = endpoint
    ? [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }))]
    : [];
  const resource = resourceFromAttributes({
    [ATTR_SERVICE_NAME]: serviceName,
    [ATTR_SERVICE_VERSION]: options.version ?? '0.1.0',
  });
  const spanProcessors = [...exporters, ...(options.processors ?? [])];
  const provider = new NodeTracerProvider({ resource, spanProcessors });
  provider.register();
  const [processor] = spanProcessors;
  return {
    provider,
    ...(processor ? { spans: { processor, resource } } : {}),
    close: () => provider.shutdown().catch(() => {}),
  };
}

/** The current span as a W3C `traceparent` (https://www.w3.org/TR/trace-context/), or null outside any span. */
export function currentTraceparent(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}

/** The context that a stored `traceparent` names, to go on in; the current one when there is none. */
export function contextOf(traceparent: string | null): Context {
  return traceparent ? propagation.extract(context.active(), { traceparent }) : context.active();
}

/** Runs `fn` as a span under a stored `traceparent`, so that a queue or a crash does not cut the trace. */
export async function inSpan<T>(name: string, traceparent: string | null, fn: () => Promise<T>): Promise<T> {
  const tracer = trace.getTracer('countersign');
  return tracer.startActiveSpan(name, {}, contextOf(traceparent), async (span) => {
    try {
      return await fn();
    } catch (error) {
      span.recordException(error instanceof Error ? error.name : 'error');
      span.setStatus({ code: 2 });
      throw error;
    } finally {
      span.end();
    }
  });
}
