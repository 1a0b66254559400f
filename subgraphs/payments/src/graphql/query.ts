import { isId } from '@cartograph/kernel/id';
import { readPage, toConnection } from '@cartograph/kernel/page';
import type { QueryResolvers } from '../../generated/graphql.ts';
import { providerEvents } from './provider-event.ts';

export const queries = {
  providerEvents,
  payment: (_root, { id }, { loaders }) => (isId('Payment', id) ? loaders.paymentById.load(id) : null),
  async payments(_root, { filter, ...args }, { operations }) {
    const page = readPage(args);
    return toConnection(await operations.listPayments(filter ?? {}, page), page.after, ({ id }) => [id]);
  },
  giftCard: (_root, { code }, { viewer, operations }) => operations.lookUpGiftCard(viewer, code),
  async giftCards(_root, args, { operations }) {
    const page = readPage(args);
    return toConnection(await operations.listGiftCards(page), page.after, ({ id }) => [id]);
  },
  ledgerBalances: (_root, _args, { operations }) => operations.listLedgerBalances(),
  async ledgerEntries(_root, { paymentId, ...args }, { operations }) {
    const page = readPage(args);
    const entries = await operations.listLedgerEntries(paymentId ?? null, page);
    return toConnection(entries, page.after, ({ position }) => [position]);
  },
  async reconciliationRuns(_root, args, { operations }) {
    const page = readPage(args);
    return toConnection(await operations.listReconciliationRuns(page), page.after, ({ id }) => [id]);
  },
  reconciliation: (_root, { from, to }, { operations }) => operations.reconcile({ from: from ?? null, to: to ?? null }),
} satisfies QueryResolvers;
