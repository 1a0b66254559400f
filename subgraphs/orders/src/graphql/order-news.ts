import type { MutationResolvers } from '../../generated/graphql.ts';

export const paymentChanged: MutationResolvers['paymentChanged'] = (_root, news, { operations }) =>
  operations.paymentChanged(news);

export const shipmentChanged: MutationResolvers['shipmentChanged'] = (_root, news, { operations }) =>
  operations.shipmentChanged(news);
