import { type Env, readKey, readText, SettingError } from '@cartograph/runtime/settings';

/**
 * A secret whose form is its provider's: what does not have it would not work, and stops the start. The value stays out of
 * the message.
 */
export function readProviderSecret(env: Env, name: string, pattern = /^\S+$/): string {
  const value = readKey(env, name);
  if (!pattern.test(value)) throw new SettingError(name, 'has not the form that the provider gives it.');
  return value;
}

/** Which of the known providers are on, in the order in which they are named. */
export function readProviders<Name extends string>(
  env: Env,
  name: string,
  known: readonly Name[],
  fallback: Name,
): readonly Name[] {
  const named = readText(env, name, fallback)
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter(Boolean);
  const unknown = named.find((one) => !known.includes(one as Name));
  if (unknown !== undefined || named.length === 0)
    throw new SettingError(name, `must list some of ${known.join(', ')}, and has "${unknown ?? ''}".`);
  return [...new Set(named)] as Name[];
}

type Readers = Readonly<Record<string, (env: Env) => unknown>>;

/** What each provider that is on needs, by its name. Settings of those that are off are not looked at. */
export function readEach<Known extends Readers>(
  env: Env,
  name: string,
  readers: Known,
  /** On where the setting is not there; nobody without it. */
  fallback?: keyof Known & string,
): { readonly [Name in keyof Known]?: ReturnType<Known[Name]> } {
  if (fallback === undefined && !env[name]?.trim()) return {};
  const known = Object.keys(readers);
  const on = readProviders(env, name, known, fallback ?? '');
  return Object.fromEntries(on.map((one) => [one, readers[one]?.(env)])) as never;
}
