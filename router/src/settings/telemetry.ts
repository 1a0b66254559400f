import type { z } from 'zod';
import { choice, count, flag, number, section, text } from './units.ts';

const COLLECTOR = 'the http or https URL of an OTLP collector, or empty';
const collector = text('', COLLECTOR).refine((url) => url === '' || /^https?:\/\/[^/]/.test(url), {
  error: `must be ${COLLECTOR}`,
});

export const telemetry = section({
  metrics: choice(['on', 'off'], 'on'),
  operations: count(200, { min: 1, max: 10_000 }),
  pages: section({
    at: choice(['main', 'own'], 'main'),
    loopback: choice(['always', 'development', 'never'], 'development'),
    port: count(9464, { max: 65_535 }),
    host: text('127.0.0.1', 'a host name or address'),
  }),
  requestLog: choice(['on', 'off'], 'off'),
  queryPlan: choice(['staff', 'never'], 'staff'),
  traces: section({
    endpoint: collector,
    sample: number(1, { max: 1 }),
    followCallers: flag(false),
  }),
});

export type TelemetrySettings = z.output<typeof telemetry>;
