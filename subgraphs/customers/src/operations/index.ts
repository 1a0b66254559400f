import type { Ports } from '../ports.ts';
import { addAddress, removeAddress, setDefaultAddress, updateAddress } from './address-book.ts';
import { updateCustomer, updateProfile } from './change-customer.ts';
import { changePassword } from './change-password.ts';
import { changeGroupMembers, createCustomerGroup, deleteCustomerGroup } from './customer-groups.ts';
import { deliverNotifications, recordDelivery, resendNotification } from './deliver-notifications.ts';
import { deliverSync } from './deliver-sync.ts';
import { findStaff, listCustomerGroups, listCustomers, listNotifications, listSegments, listStaff } from './lists.ts';
import { eraseMe, exportMyData, finishErasure } from './privacy.ts';
import { recordOrder } from './record-order.ts';
import { refreshSession } from './refresh-session.ts';
import { register } from './register.ts';
import { mailPasswordReset, requestPasswordReset, resetPassword } from './reset-password.ts';
import { createSegment, deleteSegment } from './segments.ts';
import { sendNotification } from './send-notification.ts';
import { setConsent } from './set-consent.ts';
import { signIn, signInStaff } from './sign-in.ts';
import { signOut, signOutEverywhere } from './sign-out.ts';
import { assignRoles, inviteStaff } from './staff.ts';
import { startGuestSession } from './start-guest-session.ts';
import { catchUpSync, claimSync, listSyncDeliveries, openSync, replaySyncDelivery } from './sync-deliveries.ts';
import { fulfilTextWish, receiveText } from './text-wishes.ts';
import { requestEmailVerification, verifyEmail } from './verify-email.ts';

export const createOperations = (ports: Ports) => ({
  listCustomers: listCustomers(ports),
  listCustomerGroups: listCustomerGroups(ports),
  listSegments: listSegments(ports),
  listStaff: listStaff(ports),
  listNotifications: listNotifications(ports),
  findStaff: findStaff(ports),
  startGuestSession: startGuestSession(ports),
  register: register(ports),
  signIn: signIn(ports),
  signInStaff: signInStaff(ports),
  refreshSession: refreshSession(ports),
  signOut: signOut(ports),
  signOutEverywhere: signOutEverywhere(ports),
  changePassword: changePassword(ports),
  requestPasswordReset: requestPasswordReset(ports),
  mailPasswordReset: mailPasswordReset(ports),
  resetPassword: resetPassword(ports),
  requestEmailVerification: requestEmailVerification(ports),
  verifyEmail: verifyEmail(ports),
  updateProfile: updateProfile(ports),
  addAddress: addAddress(ports),
  updateAddress: updateAddress(ports),
  removeAddress: removeAddress(ports),
  setDefaultAddress: setDefaultAddress(ports),
  setConsent: setConsent(ports),
  exportMyData: exportMyData(ports),
  eraseMe: eraseMe(ports),
  finishErasure: finishErasure(ports),
  updateCustomer: updateCustomer(ports),
  createCustomerGroup: createCustomerGroup(ports),
  deleteCustomerGroup: deleteCustomerGroup(ports),
  changeGroupMembers: changeGroupMembers(ports),
  createSegment: createSegment(ports),
  deleteSegment: deleteSegment(ports),
  inviteStaff: inviteStaff(ports),
  assignRoles: assignRoles(ports),
  sendNotification: sendNotification(ports),
  deliverNotifications: deliverNotifications(ports),
  recordDelivery: recordDelivery(ports),
  receiveText: receiveText(ports),
  fulfilTextWish: fulfilTextWish(ports),
  recordOrder: recordOrder(ports),
  openSync: openSync(ports),
  catchUpSync: catchUpSync(ports),
  claimSync: claimSync(ports),
  deliverSync: deliverSync(ports),
  listSyncDeliveries: listSyncDeliveries(ports),
  replaySyncDelivery: replaySyncDelivery(ports),
  resendNotification: resendNotification(ports),
  sweep: () => ports.maintenance.sweep(ports.clock()),
});

export type Operations = ReturnType<typeof createOperations>;
