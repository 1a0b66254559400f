import { type Env, findKey, SettingError } from '@cartograph/runtime/settings';
import { readProviders } from './provider-settings.ts';

/** One setting of a provider, in the environment. */
export interface Setting {
  readonly name: string;
  /** What it is, for whoever looks it up at the provider. */
  readonly says: string;
  /** Never printed, and may come from the file that `<NAME>_FILE` names. */
  readonly secret?: boolean;
  /** Without it, the setting must be there; the empty text where it may be left out. */
  readonly fallback?: string;
  /** Refuses a value that cannot be right. */
  readonly form?: RegExp | 'url';
}

/** A setting whose form its reader knows: by name for `npm run providers`. */
export const setting = (name: string, says: string): Setting => ({ name, says });
export const secret = (name: string, says: string): Setting => ({ name, says, secret: true });

export type Settings = Readonly<Record<string, Setting>>;
export type SettingValues<Declared extends Settings> = { readonly [Key in keyof Declared]: string };

/** A provider as `npm run providers` and the start see it. */
export interface Provider {
  /** As it stands in the list of its category: `sendgrid` in `MAILERS`. */
  readonly name: string;
  readonly settings: Settings;
  /** Asks the provider something harmless with these settings; gives what it learnt, and throws where that fails. */
  check(env: Env): Promise<string>;
}

/** What one kind of work is done by, and the setting that lists which of them do it. */
export interface ProviderCategory {
  readonly name: string;
  readonly listedIn: string;
  readonly providers: readonly Provider[];
  /** Who does it where nobody is listed; null: nobody. */
  usual(env: Env): string | null;
}

/** Reads what a provider declares. The first missing or malformed setting stops the start, by its name. */
export function readSettings<Declared extends Settings>(env: Env, declared: Declared): SettingValues<Declared> {
  const read = Object.entries(declared).map(([key, setting]) => [key, readSetting(env, setting)]);
  return Object.fromEntries(read) as SettingValues<Declared>;
}

/** All that is missing or malformed, in words; none when the provider can be opened. */
export function settingProblems(env: Env, declared: Settings): readonly string[] {
  return Object.values(declared).flatMap((setting) => {
    try {
      readSetting(env, setting);
      return [];
    } catch (error) {
      if (error instanceof SettingError) return [error.message];
      throw error;
    }
  });
}

function readSetting(env: Env, setting: Setting): string {
  const { name, says, fallback, form } = setting;
  const given = setting.secret ? findKey(env, name) : env[name]?.trim() || undefined;
  const value = given ?? fallback;
  if (value === undefined) throw new SettingError(name, `is not set: ${says}.`);
  const isRight = form === 'url' ? URL.canParse(value) : (form?.test(value) ?? true);
  // Never with its value: the wrong value of a secret is often another secret.
  if (value !== '' && !isRight) throw new SettingError(name, `is malformed: ${says}.`);
  return value;
}

/** Who is listed, in order, as in `MAILERS=sendgrid,smtp`; the usual one where nobody is. */
export const readProviderList = (env: Env, { listedIn, providers, usual }: ProviderCategory): readonly string[] =>
  readProviders(
    env,
    listedIn,
    providers.map(({ name }) => name),
    usual(env),
  );

/** A text without the values of secrets, for what a library has to say. */
export function withoutSecrets(text: string, env: Env, declared: Settings): string {
  const secrets = Object.values(declared).flatMap((setting) => {
    if (!setting.secret) return [];
    const value =
      env[setting.name]?.trim() || (settingProblems(env, { setting }).length > 0 ? '' : readSetting(env, setting));
    const inUrl = URL.canParse(value) ? new URL(value) : null;
    return [value, inUrl?.password ?? '', decodeURIComponent(inUrl?.password ?? '')];
  });
  return secrets.filter((secret) => secret.length > 3).reduce((said, secret) => said.replaceAll(secret, '***'), text);
}
