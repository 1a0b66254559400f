import { type Env, readKey, SettingError } from '@cartograph/runtime/settings';

/**
 * A secret whose form is its provider's: what does not have it would not work, and stops the start. The value stays out of
 * the message.
 */
export function readProviderSecret(env: Env, name: string, pattern = /^\S+$/): string {
  const value = readKey(env, name);
  if (!pattern.test(value)) throw new SettingError(name, 'has not the form that the provider gives it.');
  return value;
}

/** Which of the known providers are on, in the order in which they are named; the usual one, or nobody, where none is. */
export function readProviders<Name extends string>(
  env: Env,
  listedIn: string,
  known: readonly Name[],
  usual: Name | null,
): readonly Name[] {
  const names = (env[listedIn] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
  const wrong = names.find((name, at) => !known.includes(name as Name) || names.indexOf(name) < at);
  if (wrong !== undefined)
    throw new SettingError(listedIn, `must list each provider once, out of ${known.join(', ')}, and has "${wrong}".`);
  if (names.length > 0) return names as Name[];
  return usual === null ? [] : [usual];
}

type Readers = Readonly<Record<string, (env: Env) => unknown>>;

/** What each provider that is on needs, by its name, in their order. Settings of those that are off are not looked at. */
export function readEach<Known extends Readers>(
  env: Env,
  listedIn: string,
  readers: Known,
  /** On where the setting is not there; nobody without it. */
  usual?: keyof Known & string,
): { readonly [Name in keyof Known]?: ReturnType<Known[Name]> } {
  const on = readProviders(env, listedIn, Object.keys(readers), usual ?? null);
  return Object.fromEntries(on.map((one) => [one, readers[one]?.(env)])) as never;
}
