import { randomUUID } from 'node:crypto';
import {
  type Context,
  type Span as OtelSpan,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';
import type { TracerOptions } from './open.ts';
import type { Span, SpanAttributes, SpanOptions, Tracer } from './span.ts';
import { readTraceparent, writeTraceparent } from './traceparent.ts';

/** How long a process that ends waits for its last traces to be taken. */
const LAST_WORDS_MS = 2_000;
const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;
/** Statements may be long; what is longer says nothing more. */
const LONGEST_ATTRIBUTE = 4_096;
/** `ExportResultCode.SUCCESS`. */
const SUCCESS = 0;

export function createOtlpTracer({ url, service, sample, logger, everyMs = 5_000 }: TracerOptions): Tracer {
  const exporter = told(new OTLPTraceExporter({ url }), logger);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.instance.id': randomUUID() }),
    sampler: new ParentBasedSampler({
      root: sample === undefined ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(sample),
    }),
    spanLimits: { attributeValueLengthLimit: LONGEST_ATTRIBUTE },
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: everyMs })],
  });
  const tracer = provider.getTracer('cartograph');
  return {
    begin: (name, { traceparent, ...options }) => startSpan(tracer, name, options, parentContext(traceparent)),
    async close() {
      const enough = new Promise<void>((resolve) => setTimeout(resolve, LAST_WORDS_MS).unref());
      await Promise.race([provider.shutdown().catch(() => {}), enough]);
    },
  };
}

function parentContext(traceparent: string | undefined): Context {
  const parent = readTraceparent(traceparent);
  if (!parent) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = parent;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function startSpan(tracer: OtelTracer, name: string, options: SpanOptions, context: Context): Span {
  const { kind = 'internal', attributes = {}, startedAt } = options;
  const startTime = startedAt === undefined ? {} : { startTime: startedAt };
  return wrap(tracer, tracer.startSpan(name, { kind: KINDS[kind], attributes, ...startTime }, context));
}

function wrap(tracer: OtelTracer, span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const recording = span.isRecording();
  const wrapped: Span = {
    recording,
    traceparent: writeTraceparent({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }),
    child: (name, options = {}) =>
      recording ? startSpan(tracer, name, options, trace.setSpan(ROOT_CONTEXT, span)) : wrapped,
    rename: (name) => void span.updateName(name),
    set: (attributes: SpanAttributes) => void span.setAttributes(attributes),
    fail: (type) => void span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR }),
    end: () => span.end(),
  };
  return wrapped;
}

/** Says once when traces are no longer taken, and once when they are again: OpenTelemetry would keep it to itself. */
function told(exporter: SpanExporter, logger: Logger): SpanExporter {
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== SUCCESS;
        if (failed && !failing) logger.warn({ err: result.error }, 'traces could not be sent');
        if (!failed && failing) logger.info('traces are sent again');
        failing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
