import { readPage, toConnection } from '@cartograph/kernel/page';
import type {
  MutationResolvers,
  ProviderEventResolvers,
  QueryResolvers,
  ReplayProviderEventResultResolvers,
} from '../../generated/graphql.ts';

export const providerEvents: QueryResolvers['providerEvents'] = async (_root, { status, ...args }, { operations }) => {
  const page = readPage(args, 3);
  const found = await operations.listProviderEvents(status ?? null, page);
  return toConnection(found, page.after, ({ receivedAt, provider, id }) => [receivedAt.toISOString(), provider, id]);
};

export const replayProviderEvent: MutationResolvers['replayProviderEvent'] = (_root, { id }, { operations }) => {
  const [provider = '', ...own] = id.split(':');
  return operations.replayProviderEvent(provider, own.join(':'));
};

export const ProviderEvent: ProviderEventResolvers = {
  // Two providers may use the same id.
  id: ({ provider, id }) => `${provider}:${id}`,
};

export const ReplayProviderEventResult: ReplayProviderEventResultResolvers = { __resolveType: ({ kind }) => kind };
