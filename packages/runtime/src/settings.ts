import { readFileSync } from 'node:fs';

/** Typed settings from the environment. The first missing or malformed one stops the start, by its name. */
export type Env = Readonly<Record<string, string | undefined>>;

export class SettingError extends Error {
  constructor(name: string, problem: string) {
    super(`${name} ${problem}`);
    this.name = 'SettingError';
  }
}

export function readText(env: Env, name: string, fallback?: string): string {
  const value = env[name]?.trim() || fallback;
  if (value === undefined) throw new SettingError(name, 'is not set. Set it in the environment and start again.');
  return value;
}

export function readNumber(
  env: Env,
  name: string,
  fallback: number,
  { min = 0, max = Number.MAX_SAFE_INTEGER } = {},
): number {
  const text = env[name]?.trim();
  if (!text) return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < min || value > max)
    throw new SettingError(name, `must be a number from ${min} to ${max}, and is "${text}".`);
  return value;
}

export const readPort = (env: Env, name: string, fallback: number): number => {
  const port = readNumber(env, name, fallback, { max: 65_535 });
  if (!Number.isInteger(port)) throw new SettingError(name, 'must be a whole port number.');
  return port;
};

export function readUrl(env: Env, name: string, fallback?: string): string {
  const text = readText(env, name, fallback);
  // The value itself stays out of the message: a URL may carry a password.
  if (!URL.canParse(text))
    throw new SettingError(name, 'is not a URL. Write it with its scheme, like http://127.0.0.1:4001/graphql.');
  return text;
}

/** URLs with commas between them; none where the setting is not there. */
export function readUrls(env: Env, name: string): readonly string[] {
  const urls = (env[name] ?? '')
    .split(',')
    .map((url) => url.trim())
    .filter(Boolean);
  if (!urls.every((url) => URL.canParse(url)))
    throw new SettingError(name, 'must be URLs with commas between them, like http://127.0.0.1:4000,http://…');
  return urls;
}

/** A secret of at least 32 characters, so that a short one typed by hand does not sign orders. */
export function readSecret(env: Env, name: string): string {
  const value = readText(env, name);
  if (value.length < 32)
    throw new SettingError(name, 'must have at least 32 characters. `openssl rand -hex 32` prints a good one.');
  return value;
}

/** What a foreign service has given: from the setting, or from the file that `<name>_FILE` names, as secrets are mounted. */
export const readKey = (env: Env, name: string): string => findKey(env, name) ?? readText(env, name);

/** The same where it may be left out. */
export function findKey(env: Env, name: string): string | undefined {
  const value = env[name]?.trim();
  const file = env[`${name}_FILE`]?.trim();
  if (!file) return value || undefined;
  if (value) throw new SettingError(name, `and ${name}_FILE are both set. Set one of them.`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new SettingError(`${name}_FILE`, `cannot be read: ${(cause as NodeJS.ErrnoException).code}.`);
  }
  if (!text) throw new SettingError(`${name}_FILE`, 'names an empty file.');
  return text;
}

/** One secret, or while it is rotated several with commas between them. Each has at least 32 characters. */
export function readSecrets(env: Env, name: string): readonly string[] {
  const secrets = readText(env, name)
    .split(',')
    .map((secret) => secret.trim());
  if (secrets.some((secret) => secret.length < 32))
    throw new SettingError(name, 'must have at least 32 characters in each secret; a comma separates two of them.');
  return secrets;
}

export const isProduction = (env: Env): boolean => env.NODE_ENV === 'production';
