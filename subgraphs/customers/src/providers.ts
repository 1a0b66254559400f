import { type ProviderCategory, readProviderList, secret, setting } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import type { FastifyInstance } from 'fastify';
import { folderMail, folderTexts, sandboxMail, sandboxTexts } from './adapters/built-in.ts';
import { createFallback } from './adapters/fallback.ts';
import { checkHubspot } from './adapters/hubspot/check.ts';
import { checkKlaviyo } from './adapters/klaviyo/check.ts';
import type { MessageProvider, SenderSettings } from './adapters/message-provider.ts';
import { checkPinterest } from './adapters/pinterest/check.ts';
import { checkSalesforce } from './adapters/salesforce/check.ts';
import { readSendgrid, sendgrid } from './adapters/sendgrid/provider.ts';
import { smtp } from './adapters/smtp/provider.ts';
import { readTwilio, twilio } from './adapters/twilio/provider.ts';
import { readWhatsapp, whatsapp } from './adapters/whatsapp/provider.ts';
import { CRMS, TOOLS } from './config/receivers.ts';
import { receiveSendgridEvents } from './http/sendgrid-webhook.ts';
import { receiveTwilio } from './http/twilio-webhook.ts';
import { receiveWhatsapp } from './http/whatsapp-webhook.ts';
import type { Operations } from './operations/index.ts';
import type { OutgoingMail, OutgoingSms, Sender } from './ports/senders.ts';

/** A provider that this shop can have, and where what it reports comes in. */
interface Listed<Message> extends MessageProvider<Message> {
  readonly webhook?: (env: Env) => Webhook;
}

export type Webhook = (operations: Operations) => (app: FastifyInstance) => void;

interface MessageCategory<Message> extends ProviderCategory {
  readonly providers: readonly Listed<Message>[];
}

const sandboxOrFolder = (env: Env): string => (env.MESSAGES_SANDBOX_URL?.trim() ? 'sandbox' : 'folder');

/** One line adds a provider. */
export const MAIL: MessageCategory<OutgoingMail> = {
  name: 'mail',
  listedIn: 'MAILERS',
  usual: (env) => (env.SMTP_URL?.trim() ? 'smtp' : sandboxOrFolder(env)),
  providers: [
    smtp,
    {
      ...sendgrid,
      webhook: (env) => {
        const { eventKey } = readSendgrid(env);
        return ({ recordDelivery }) => receiveSendgridEvents(eventKey, recordDelivery);
      },
    },
    sandboxMail,
    folderMail,
  ],
};

export const TEXTS: MessageCategory<OutgoingSms> = {
  name: 'texts',
  listedIn: 'TEXT_SENDERS',
  usual: sandboxOrFolder,
  providers: [
    {
      ...twilio,
      webhook: (env) => {
        const settings = readTwilio(env);
        return (operations) => receiveTwilio({ ...settings, ...operations });
      },
    },
    {
      ...whatsapp,
      webhook: (env) => {
        const settings = readWhatsapp(env);
        return (operations) => receiveWhatsapp({ ...settings, ...operations });
      },
    },
    sandboxTexts,
    folderTexts,
  ],
};

/** Opened by `adapters/receivers.ts`. What each setting must look like is in `config/receivers.ts`. */
const CRM: ProviderCategory = {
  name: 'CRM',
  listedIn: 'CRM_PROVIDERS',
  usual: () => null,
  providers: [
    {
      name: 'hubspot',
      settings: { token: secret('HUBSPOT_ACCESS_TOKEN', 'of a private app that reads and writes contacts') },
      check: async (env) => checkHubspot(CRMS.hubspot(env)),
    },
    {
      name: 'salesforce',
      settings: {
        wsdl: setting('SALESFORCE_WSDL', 'the partner WSDL as a file'),
        user: setting('SALESFORCE_USERNAME', 'a user with API access'),
        password: secret('SALESFORCE_PASSWORD', 'the password, with the security token behind it'),
      },
      check: async (env) => checkSalesforce(CRMS.salesforce(env)),
    },
  ],
};

const MARKETING: ProviderCategory = {
  name: 'marketing',
  listedIn: 'MARKETING_PROVIDERS',
  usual: () => null,
  providers: [
    {
      name: 'klaviyo',
      settings: { key: secret('KLAVIYO_API_KEY', 'a private key, pk_…') },
      check: async (env) => checkKlaviyo(TOOLS.klaviyo(env)),
    },
    {
      name: 'pinterest',
      settings: {
        token: secret('PINTEREST_ACCESS_TOKEN', 'a conversion token'),
        account: setting('PINTEREST_AD_ACCOUNT_ID', 'the ad account’s number'),
      },
      check: async (env) => checkPinterest(TOOLS.pinterest(env)),
    },
  ],
};

/** The categories of this subgraph, for `npm run providers`. */
export const CATEGORIES: readonly ProviderCategory[] = [MAIL, TEXTS, CRM, MARKETING];

export type PassedOn = (from: string, to: string, why: Error) => void;

/** Opens what is listed, in order: the first one sends, the next ones stand in for it. */
export function openSenders<Message>(
  category: MessageCategory<Message>,
  env: Env,
  shared: SenderSettings,
  passedOn: PassedOn,
): { readonly sender: Sender<Message>; readonly webhooks: readonly Webhook[] } {
  const listed = readProviderList(env, category).flatMap(
    (name) => category.providers.find((provider) => provider.name === name) ?? [],
  );
  const senders = listed.map((provider) => ({ name: provider.name, sender: provider.open(env, shared) }));
  return {
    sender: createFallback(senders, passedOn),
    webhooks: listed.flatMap(({ webhook }) => webhook?.(env) ?? []),
  };
}
