import { type Env, findKey, SettingError } from '@cartograph/runtime/settings';

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

export type Settings = Readonly<Record<string, Setting>>;
export type SettingValues<Declared extends Settings> = { readonly [Key in keyof Declared]: string };

/** One way to have one kind of work done: a folder in `adapters/` and a line in the list of its category. */
export interface Provider<Port = unknown, Given = never, Webhook = never> {
  /** As it stands in the list of its category: `sendgrid` in `MAILERS`. */
  readonly name: string;
  /** For `npm run providers`, which says what is missing. */
  readonly settings: Settings;
  /**
   * Reads its settings, and throws the first missing or malformed one by its name. What opens it comes back, and loads its
   * code and its library: who is off costs neither time nor memory.
   */
  prepare(env: Env): (given: Given) => Promise<Port>;
  /**
   * Gives a question to the provider that is harmless: it tells what it learnt, and throws where that fails. Code and
   * library are loaded before, so that their time is not the provider's.
   */
  check(env: Env): Promise<() => Promise<string>>;
  /** Where what it reports comes in. */
  webhook?(env: Env): Promise<Webhook>;
  /** Begins to connect an account, where that takes its owner: for `npm run connect`. */
  connect?(env: Env): Promise<Connection>;
}

/** An account that its owner is about to connect. */
export interface Connection {
  /** Where the owner allows it. */
  readonly url: string;
  /** The setting whose secret this gives. */
  readonly setting: string;
  /** The secret, for the address that the page led its owner to. */
  finish(returned: URL): Promise<string>;
}

type AnyProvider = Provider<unknown, never, unknown>;

/** What one kind of work is done by, and the setting that lists which of them do it. */
export interface ProviderCategory<Listed extends AnyProvider = AnyProvider> {
  readonly name: string;
  readonly listedIn: string;
  readonly providers: readonly Listed[];
  /** Who does it where nobody is listed; null: nobody. */
  usual(env: Env): string | null;
}

/** A provider that is listed, with its settings read. */
export interface PreparedProvider<Port, Given, Webhook = never> {
  readonly name: string;
  readonly open: (given: Given) => Promise<Port>;
  readonly webhook: () => Promise<Webhook | null>;
}

/** Those that are listed, in order. Settings of those that are not are not looked at. */
export function prepareListed<Port, Given, Webhook>(
  env: Env,
  category: ProviderCategory<Provider<Port, Given, Webhook>>,
): readonly PreparedProvider<Port, Given, Webhook>[] {
  return readProviderList(env, category).flatMap((name) =>
    category.providers
      .filter((provider) => provider.name === name)
      .map((provider) => ({
        ...{ name, open: provider.prepare(env) },
        webhook: async () => (await provider.webhook?.(env)) ?? null,
      })),
  );
}

/** Their routes; none for those that report nothing. */
export async function webhooksOf<Webhook>(
  prepared: readonly Pick<PreparedProvider<unknown, never, Webhook>, 'webhook'>[],
): Promise<readonly Webhook[]> {
  const webhooks = await Promise.all(prepared.map(({ webhook }) => webhook()));
  return webhooks.flatMap((webhook) => webhook ?? []);
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
export function readProviderList(env: Env, { listedIn, providers, usual }: ProviderCategory): readonly string[] {
  const known = providers.map(({ name }) => name);
  const names = splitList(env[listedIn] ?? '').map((name) => name.toLowerCase());
  const wrong = names.find((name, at) => !known.includes(name) || names.indexOf(name) < at);
  if (wrong !== undefined)
    throw new SettingError(listedIn, `must list each provider once, out of ${known.join(', ')}, and has "${wrong}".`);
  return names.length > 0 ? names : [usual(env)].flatMap((name) => name ?? []);
}

/** What has commas between: providers, or keys of which one replaces the other. */
export const splitList = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

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
