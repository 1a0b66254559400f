import type {
  AdoptProviderStateResultResolvers,
  AdoptProviderStateSuccessResolvers,
  MutationResolvers,
} from '../../generated/graphql.ts';
import type { AdoptProviderStateOutcome } from '../operations/adopt-provider-state.ts';
import { toMoney } from './money.ts';

export type Adopted = Extract<AdoptProviderStateOutcome, { kind: 'AdoptProviderStateSuccess' }>;

export const adoptProviderState: MutationResolvers['adoptProviderState'] = (_root, { input }, { viewer, operations }) =>
  operations.adoptProviderState(viewer, input);

export const AdoptProviderStateResult: AdoptProviderStateResultResolvers = { __resolveType: ({ kind }) => kind };

export const AdoptProviderStateSuccess: AdoptProviderStateSuccessResolvers = {
  changed: ({ adopted }) => adopted !== null,
  captured: ({ adopted, payment }) => toMoney(adopted?.capturedMinor ?? 0, payment.currency),
  refunded: ({ adopted, payment }) => toMoney(adopted?.refundedMinor ?? 0, payment.currency),
  released: ({ adopted, payment }) => toMoney(adopted?.releasedMinor ?? 0, payment.currency),
};
