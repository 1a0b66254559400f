import { readPage, toConnection } from '@cartograph/kernel/page';
import type { CarrierEventResolvers, MutationResolvers, QueryResolvers } from '../../generated/graphql.ts';

export const carrierEvents: QueryResolvers['carrierEvents'] = async (_root, { status, ...args }, { operations }) => {
  const page = readPage(args, 3);
  const found = await operations.listCarrierEvents(status ?? null, page);
  return toConnection(found, page.after, ({ receivedAt, provider, id }) => [receivedAt.toISOString(), provider, id]);
};

export const replayCarrierEvent: MutationResolvers['replayCarrierEvent'] = (_root, { id }, { operations }) => {
  const [carrier = '', ...own] = id.split(':');
  return operations.replayCarrierEvent(carrier, own.join(':'));
};

export const CarrierEvent: CarrierEventResolvers = {
  // Two carriers may use the same id.
  id: ({ provider, id }) => `${provider}:${id}`,
  carrier: ({ provider }) => provider,
};
