import type { Viewer } from '@cartograph/kernel/viewer';
import type { Ports } from '../ports.ts';
import {
  createAddressById,
  createCheckoutCustomerById,
  createCustomerById,
  createGroupById,
  createSegmentById,
} from './by-id.ts';
import {
  createAddressesByCustomer,
  createConsentHistoryByCustomer,
  createConsentsByCustomer,
  createCustomersByGroup,
  createCustomersBySegment,
  createGroupsByCustomer,
  createSegmentsByCustomer,
} from './lists.ts';

/** Made anew for each request, so that no cache outlives the viewer it was filled for. */
export const createLoaders = (ports: Ports, viewer: Viewer) => ({
  customerById: createCustomerById(ports, viewer),
  addressById: createAddressById(ports, viewer),
  groupById: createGroupById(ports, viewer),
  segmentById: createSegmentById(ports, viewer),
  checkoutCustomerById: createCheckoutCustomerById(ports),
  addressesByCustomer: createAddressesByCustomer(ports, viewer),
  consentHistoryByCustomer: createConsentHistoryByCustomer(ports, viewer),
  consentsByCustomer: createConsentsByCustomer(ports, viewer),
  groupsByCustomer: createGroupsByCustomer(ports, viewer),
  segmentsByCustomer: createSegmentsByCustomer(ports, viewer),
  customersByGroup: createCustomersByGroup(ports),
  customersBySegment: createCustomersBySegment(ports),
});

export type Loaders = ReturnType<typeof createLoaders>;
