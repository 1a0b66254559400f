import type { PreparedProvider, Provider, ProviderCategory } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import type { FastifyInstance } from 'fastify';
import { folderMail, folderTexts, sandboxMail, sandboxTexts } from './adapters/built-in.ts';
import { createFallback } from './adapters/fallback.ts';
import { hubspot } from './adapters/hubspot/provider.ts';
import { klaviyo } from './adapters/klaviyo/provider.ts';
import type { SenderSettings } from './adapters/message-provider.ts';
import { pinterest } from './adapters/pinterest/provider.ts';
import { salesforce } from './adapters/salesforce/provider.ts';
import { readSendgrid, sendgrid } from './adapters/sendgrid/provider.ts';
import { smtp } from './adapters/smtp/provider.ts';
import { readTwilio, twilio } from './adapters/twilio/provider.ts';
import { readWhatsapp, whatsapp } from './adapters/whatsapp/provider.ts';
import { receiveSendgridEvents } from './http/sendgrid-webhook.ts';
import { receiveWhatsapp } from './http/whatsapp-webhook.ts';
import type { Operations } from './operations/index.ts';
import type { Crm } from './ports/crm.ts';
import type { Marketing } from './ports/marketing.ts';
import type { OutgoingMail, OutgoingSms, Sender } from './ports/senders.ts';

export type Webhook = (operations: Operations) => (app: FastifyInstance) => void;
export type PreparedSender<Message> = PreparedProvider<Sender<Message>, SenderSettings, Webhook>;

const sandboxOrFolder = (env: Env): string => (env.MESSAGES_SANDBOX_URL?.trim() ? 'sandbox' : 'folder');

/** One line adds a provider. */
export const MAIL: ProviderCategory<Provider<Sender<OutgoingMail>, SenderSettings, Webhook>> = {
  name: 'mail',
  listedIn: 'MAILERS',
  usual: (env) => (env.SMTP_URL?.trim() ? 'smtp' : sandboxOrFolder(env)),
  providers: [
    smtp,
    { ...sendgrid, webhook: async (env) => receiveSendgridEvents(readSendgrid(env).eventKey) },
    sandboxMail,
    folderMail,
  ],
};

export const TEXTS: ProviderCategory<Provider<Sender<OutgoingSms>, SenderSettings, Webhook>> = {
  name: 'texts',
  listedIn: 'TEXT_SENDERS',
  usual: sandboxOrFolder,
  providers: [
    // Verifies by the library, which is loaded for it alone.
    { ...twilio, webhook: async (env) => (await import('./http/twilio-webhook.ts')).receiveTwilio(readTwilio(env)) },
    { ...whatsapp, webhook: async (env) => receiveWhatsapp(readWhatsapp(env)) },
    sandboxTexts,
    folderTexts,
  ],
};

export const CRM: ProviderCategory<Provider<Crm, void>> = {
  name: 'CRM',
  listedIn: 'CRM_PROVIDERS',
  usual: () => null,
  providers: [hubspot, salesforce],
};

export const MARKETING: ProviderCategory<Provider<Marketing, void>> = {
  name: 'marketing',
  listedIn: 'MARKETING_PROVIDERS',
  usual: () => null,
  providers: [klaviyo, pinterest],
};

/** The categories of this subgraph, for `npm run providers`. */
export const CATEGORIES: readonly ProviderCategory[] = [MAIL, TEXTS, CRM, MARKETING];

export type PassedOn = (from: string, to: string, why: Error) => void;

/** Opens them in order: the first one sends, the next ones stand in for it. */
export async function openSenders<Message>(
  prepared: readonly PreparedSender<Message>[],
  shared: SenderSettings,
  passedOn: PassedOn,
): Promise<Sender<Message>> {
  const senders = prepared.map(async ({ name, open }) => ({ name, sender: await open(shared) }));
  return createFallback(await Promise.all(senders), passedOn);
}
