import { readFileSync } from 'node:fs';
import { type Env, readText, SettingError } from '@cartograph/runtime/settings';

/**
 * A secret that a provider gave: from the setting, or from the file that the setting's name with `_FILE` says. Its form is
 * the provider's, so a pattern says what would not work. The value stays out of every message.
 */
export function readProviderSecret(env: Env, name: string, pattern = /^\S+$/): string {
  const file = env[`${name}_FILE`]?.trim();
  const value = file && !env[name]?.trim() ? readSecretFile(name, file) : readText(env, name);
  if (!pattern.test(value)) throw new SettingError(name, 'has not the form that the provider gives it.');
  return value;
}

function readSecretFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw Object.assign(new SettingError(`${name}_FILE`, 'names a file that cannot be read.'), { cause });
  }
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
