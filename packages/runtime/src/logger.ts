import { destination, type Logger as Pino, pino } from 'pino';

export type Logger = Pino;

/** Structured lines on stderr, so that stdout stays for people. Secrets are cut out by name wherever they sit. */
export const createLogger = (name: string, level = 'info'): Logger =>
  pino(
    {
      name,
      level,
      base: { name },
      redact: { paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[hidden]' },
    },
    destination({ dest: 2, sync: true }),
  );

const SECRETS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'secret',
  'clientSecret',
  'connectionString',
];
