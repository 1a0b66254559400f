import type { MutationResolvers } from '../../generated/graphql.ts';
import type { Context } from '../context.ts';
import { toResult } from './result.ts';

/** The answer to a sign-in shows the customer their own data, though the request came from a stranger. */
async function signedIn<Outcome extends { readonly kind: string; readonly customer?: { readonly id: string } }>(
  context: Context,
  outcome: Promise<Outcome>,
) {
  const { customer } = await outcome;
  if (customer) context.loaders = context.loadersFor({ kind: 'customer', customerId: customer.id });
  return toResult(outcome);
}

/** Each passes viewer and input on: what happens is decided by the operation. */
export const Mutation: MutationResolvers = {
  startGuestSession: (_root, _args, { viewer, operations }) => operations.startGuestSession(viewer),
  register: (_root, { input }, context) => signedIn(context, context.operations.register(context.viewer, input)),
  signIn: (_root, { input }, context) => signedIn(context, context.operations.signIn(context.viewer, input)),
  signInStaff: (_root, { input }, { viewer, operations }) => toResult(operations.signInStaff(viewer, input)),
  refreshSession: (_root, { refreshToken }, { operations }) => toResult(operations.refreshSession(refreshToken)),
  signOut: (_root, { refreshToken }, { operations }) => operations.signOut(refreshToken),
  signOutEverywhere: (_root, _args, { viewer, operations }) => operations.signOutEverywhere(viewer),
  changePassword: (_root, { input }, { viewer, operations }) => toResult(operations.changePassword(viewer, input)),
  requestPasswordReset: (_root, { email, account }, { operations }) => operations.requestPasswordReset(email, account),
  resetPassword: (_root, { input }, { viewer, operations }) => toResult(operations.resetPassword(viewer, input)),
  requestEmailVerification: (_root, _args, { viewer, operations }) => operations.requestEmailVerification(viewer),
  verifyEmail: (_root, { token }, { operations }) => toResult(operations.verifyEmail(token)),
  updateProfile: (_root, { input }, { viewer, operations }) => toResult(operations.updateProfile(viewer, input)),
  addAddress: (_root, { input }, { viewer, operations }) => toResult(operations.addAddress(viewer, input)),
  updateAddress: (_root, { input }, { viewer, operations }) => toResult(operations.updateAddress(viewer, input)),
  removeAddress: (_root, { id }, { viewer, operations }) => toResult(operations.removeAddress(viewer, id)),
  setDefaultAddress: (_root, { input }, { viewer, operations }) =>
    toResult(operations.setDefaultAddress(viewer, input)),
  setConsent: (_root, { input }, { viewer, operations }) => toResult(operations.setConsent(viewer, input)),
  eraseMe: (_root, { confirm }, { viewer, operations }) => toResult(operations.eraseMe(viewer, confirm)),
  updateCustomer: (_root, { input }, { operations }) => toResult(operations.updateCustomer(input)),
  createCustomerGroup: (_root, { input }, { operations }) => toResult(operations.createCustomerGroup(input)),
  deleteCustomerGroup: (_root, { id }, { operations }) => toResult(operations.deleteCustomerGroup(id)),
  changeGroupMembers: (_root, { input }, { operations }) => toResult(operations.changeGroupMembers(input)),
  createSegment: (_root, { input }, { operations }) => toResult(operations.createSegment(input)),
  deleteSegment: (_root, { id }, { operations }) => toResult(operations.deleteSegment(id)),
  inviteStaff: (_root, { input }, { operations }) => toResult(operations.inviteStaff(input)),
  assignRoles: (_root, { input }, { operations }) => toResult(operations.assignRoles(input)),
  sendNotification: (_root, { input }, { operations }) => operations.sendNotification(input),
  recordOrder: (_root, { input }, { operations }) => operations.recordOrder(input),
  resendNotification: (_root, { id }, { operations }) => toResult(operations.resendNotification(id)),
  replaySyncDelivery: (_root, { id }, { operations }) => toResult(operations.replaySyncDelivery(id)),
};
