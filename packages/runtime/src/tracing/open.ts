import type { Logger } from '../logger.ts';
import { type Env, readUrl } from '../settings.ts';
import type { Tracer } from './span.ts';

export interface TracerOptions {
  /** Where traces go by OTLP over HTTP, path included. */
  readonly url: string;
  /** As it is called in the traces. */
  readonly service: string;
  /** The share of work that is traced, from 0 to 1, where no caller has decided; undefined only follows callers. */
  readonly sample?: number;
  readonly logger: Logger;
  /** How often spans are sent, in milliseconds. */
  readonly everyMs?: number;
}

/** OpenTelemetry is large: whoever does not trace does not even load it. */
export async function openTracer(options: TracerOptions): Promise<Tracer> {
  const { createOtlpTracer } = await import('./otlp-tracer.ts');
  return createOtlpTracer(options);
}

/** The same for a subgraph, which traces what its router traces; null where the environment names no collector. */
export function openSubgraphTracer(tracesUrl: string | null, subgraph: string, logger: Logger): Promise<Tracer> | null {
  return tracesUrl ? openTracer({ url: tracesUrl, service: `cartograph-${subgraph}`, logger }) : null;
}

/** OpenTelemetry's own variables; null where they name no collector. */
export function readTracesUrl(env: Env): string | null {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return null;
  if (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim()) return readUrl(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  return env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() ? tracesUrlOf(readUrl(env, 'OTEL_EXPORTER_OTLP_ENDPOINT')) : null;
}

/** Where a collector with this base URL takes traces. */
export const tracesUrlOf = (endpoint: string): string => `${endpoint.replace(/\/+$/, '')}/v1/traces`;
