import type { PreparedProvider, Provider, ProviderCategory } from '@cartograph/providers/provider';
import type { FastifyInstance } from 'fastify';
import { easypost, readEasyPost } from './adapters/easypost/provider.ts';
import type { OpenCarrier } from './adapters/open-carrier.ts';
import { readSandbox, sandbox } from './adapters/sandbox-provider.ts';
import { ups } from './adapters/ups/provider.ts';
import { receiveEasyPost } from './http/easypost-webhook.ts';
import { receiveSandboxCarrier } from './http/sandbox-carrier-webhook.ts';
import type { Operations } from './operations/index.ts';
import type { Purchases } from './ports.ts';

export type Webhook = (operations: Operations) => (app: FastifyInstance) => void;
export type PreparedCarrier = PreparedProvider<OpenCarrier, Purchases, Webhook>;

/** One line adds a carrier. Methods name it by its name in capitals. */
export const CARRIERS: ProviderCategory<Provider<OpenCarrier, Purchases, Webhook>> = {
  name: 'carriers',
  listedIn: 'CARRIERS',
  usual: () => 'sandbox',
  providers: [
    { ...easypost, webhook: async (env) => receiveEasyPost([readEasyPost(env).webhookSecret]) },
    ups,
    { ...sandbox, webhook: async (env) => receiveSandboxCarrier(readSandbox(env).webhookSecrets) },
  ],
};

/** The category of this subgraph, for `npm run providers`. */
export const CATEGORIES: readonly ProviderCategory[] = [CARRIERS];
