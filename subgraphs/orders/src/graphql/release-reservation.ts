import { toMoneyOutput } from '@cartograph/kernel/money';
import type {
  MutationResolvers,
  ReleaseReservationResultResolvers,
  ReleaseReservationSuccessResolvers,
  ReservationNotReleasableResolvers,
} from '../../generated/graphql.ts';

export const releaseReservation: MutationResolvers['releaseReservation'] = (_root, { input }, { viewer, operations }) =>
  operations.releaseReservation(viewer, input);

const ReleaseReservationResult: ReleaseReservationResultResolvers = { __resolveType: ({ kind }) => kind };

const ReleaseReservationSuccess: ReleaseReservationSuccessResolvers = {
  released: ({ released }) => toMoneyOutput(released),
};

const ReservationNotReleasable: ReservationNotReleasableResolvers = { message: ({ reason }) => MESSAGES[reason] };

const MESSAGES = {
  NOT_FINISHED: 'Something of the order is still to be paid, sent or cancelled, and may take what is reserved.',
  UNDER_WAY: 'A part of the order is just being carried out. Look at its stuck steps, and try again when it is done.',
  CAPTURE_DUE:
    'Something that was sent is still to be taken. It is asked for again by itself, unless staff give that step up.',
  PAYMENT_OPEN: 'Whether the payment went through is not known yet. Try again when it is.',
  NOTHING_RESERVED: 'No money is reserved for this order.',
} as const;

export const reservationTypes = { ReleaseReservationResult, ReleaseReservationSuccess, ReservationNotReleasable };
