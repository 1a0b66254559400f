import type {
  DeletePaymentMethodResultResolvers,
  MutationResolvers,
  SavePaymentMethodResultResolvers,
} from '../../generated/graphql.ts';

export const savedMethodMutations = {
  savePaymentMethod: (_root, { input }, { viewer, operations }) => operations.savePaymentMethod(viewer, input),
  deletePaymentMethod: (_root, { id }, { viewer, operations }) => operations.deletePaymentMethod(viewer, id),
} satisfies MutationResolvers;

export const SavePaymentMethodResult: SavePaymentMethodResultResolvers = { __resolveType: ({ kind }) => kind };
export const DeletePaymentMethodResult: DeletePaymentMethodResultResolvers = { __resolveType: ({ kind }) => kind };
