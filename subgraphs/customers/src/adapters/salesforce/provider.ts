import { existsSync } from 'node:fs';
import { type Provider, readSettings } from '@cartograph/providers/provider';
import { type Env, SettingError } from '@cartograph/runtime/settings';
import type { Crm } from '../../ports/crm.ts';

const SETTINGS = {
  wsdl: { name: 'SALESFORCE_WSDL', says: 'the partner WSDL as a file' },
  username: { name: 'SALESFORCE_USERNAME', says: 'a user with API access' },
  password: {
    name: 'SALESFORCE_PASSWORD',
    says: 'the password, with the security token behind it',
    secret: true,
    form: /^.+$/u,
  },
  loginUrl: {
    name: 'SALESFORCE_LOGIN_URL',
    says: 'where to log in, unless it is where the WSDL says',
    fallback: '',
    form: 'url',
  },
} as const;

function readSalesforce(env: Env) {
  const { loginUrl, ...settings } = readSettings(env, SETTINGS);
  if (!existsSync(settings.wsdl)) throw new SettingError(SETTINGS.wsdl.name, 'names a file that is not there.');
  return { ...settings, loginUrl: loginUrl || null };
}

export const salesforce: Provider<Crm, void> = {
  name: 'salesforce',
  settings: SETTINGS,
  prepare(env) {
    const settings = readSalesforce(env);
    return async () => {
      const { createSalesforceCrm } = await import('./crm.ts');
      return createSalesforceCrm(settings);
    };
  },
  async check(env) {
    const { checkSalesforce } = await import('./check.ts');
    return () => checkSalesforce(readSalesforce(env));
  },
};
