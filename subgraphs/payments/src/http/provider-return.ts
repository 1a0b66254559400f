import { codeOf } from '@cartograph/kernel/errors';
import type { FastifyInstance } from 'fastify';
import type { Operations } from '../operations/index.ts';

export interface ProviderReturnOptions {
  readonly providers: readonly string[];
  readonly receiveReturn: Operations['receiveReturn'];
  /** The shop's page, which asks how the payment stands. */
  readonly returnUrl: string;
}

/** Where buyers come back to from the pages of those providers that wait to be told of it; then they go on to the shop. */
export const addProviderReturn = (
  app: FastifyInstance,
  { providers, receiveReturn, returnUrl }: ProviderReturnOptions,
): void => {
  for (const provider of providers)
    app.get<{ Querystring: Record<string, string> }>(`/returns/${provider}`, async ({ query }, reply) => {
      try {
        await receiveReturn(provider, String(query.payment ?? ''), query);
      } catch (error) {
        // The buyer goes on all the same: whoever asks for the payment next finds out.
        if (codeOf(error) === undefined) throw error;
      }
      return reply.redirect(returnUrl);
    });
};
