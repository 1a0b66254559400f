import { existsSync } from 'node:fs';
import { readEach, readProviderSecret } from '@cartograph/providers/provider-settings';
import { type Env, readText, readUrl, SettingError } from '@cartograph/runtime/settings';

/** Where a CRM or a marketing tool is, by the names in `CRM_PROVIDERS` and `MARKETING_PROVIDERS`. None without them. */
export interface ReceiverSettings {
  readonly marketing: {
    readonly klaviyo?: ReturnType<typeof TOOLS.klaviyo>;
    readonly pinterest?: ReturnType<typeof TOOLS.pinterest>;
  };
  readonly crm: {
    readonly hubspot?: ReturnType<typeof CRMS.hubspot>;
    readonly salesforce?: ReturnType<typeof CRMS.salesforce>;
  };
}

/** By name, what each CRM needs. */
export const CRMS = {
  hubspot: (env: Env) => ({
    url: readUrl(env, 'HUBSPOT_URL', 'https://api.hubapi.com'),
    accessToken: readProviderSecret(env, 'HUBSPOT_ACCESS_TOKEN'),
  }),
  salesforce: (env: Env) => ({
    wsdl: readExistingFile(env, 'SALESFORCE_WSDL'),
    loginUrl: env.SALESFORCE_LOGIN_URL?.trim() ? readUrl(env, 'SALESFORCE_LOGIN_URL') : null,
    username: readText(env, 'SALESFORCE_USERNAME'),
    password: readProviderSecret(env, 'SALESFORCE_PASSWORD', /^.+$/u),
  }),
};

function readAccount(env: Env, name: string): string {
  const account = readText(env, name);
  if (!/^\d{1,18}$/.test(account)) throw new SettingError(name, 'must be a number of at most 18 digits.');
  return account;
}

function readExistingFile(env: Env, name: string): string {
  const path = readText(env, name);
  if (!existsSync(path)) throw new SettingError(name, 'names a file that is not there.');
  return path;
}

/** The same of marketing tools. */
export const TOOLS = {
  klaviyo: (env: Env) => ({
    url: readUrl(env, 'KLAVIYO_URL', 'https://a.klaviyo.com').replace(/\/$/, ''),
    apiKey: readProviderSecret(env, 'KLAVIYO_API_KEY', /^pk_\w+$/),
  }),
  pinterest: (env: Env) => ({
    url: readUrl(env, 'PINTEREST_URL', 'https://api.pinterest.com/v5'),
    accessToken: readProviderSecret(env, 'PINTEREST_ACCESS_TOKEN'),
    adAccountId: readAccount(env, 'PINTEREST_AD_ACCOUNT_ID'),
  }),
};

export const readReceivers = (env: Env): ReceiverSettings => ({
  crm: readEach(env, 'CRM_PROVIDERS', CRMS),
  marketing: readEach(env, 'MARKETING_PROVIDERS', TOOLS),
});
