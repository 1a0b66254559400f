import { describe, expect, it } from 'vitest';
import type { ProviderPayment } from '../ports/payment-provider.ts';
import { adoptionOf } from './adoption.ts';
import type { Payment } from './payment.ts';

const ours = (given: Partial<Payment> = {}) =>
  ({
    ...{ status: 'CAPTURED', currency: 'EUR', amountMinor: 100, authorizedMinor: 100, storedMinor: 0 },
    ...{ capturedMinor: 100, storedCapturedMinor: 0, capturingMinor: 0, storedReleasedMinor: 0 },
    ...{ refundedMinor: 0, storedRefundedMinor: 0, refundingMinor: 0, ...given },
  }) as Payment;
const theirs = (given: Partial<ProviderPayment> = {}) =>
  ({ status: 'captured', currency: 'EUR', capturedMinor: 100, refundedMinor: 0, ...given }) as ProviderPayment;

const RESERVED = { status: 'AUTHORIZED', capturedMinor: 0 } as const;
const nothing = { capturedMinor: 0, refundedMinor: 0, releasedMinor: 0 };

describe('what is adopted from the provider', () => {
  it('is what it has done beyond our books, and nothing when both agree', () => {
    expect(adoptionOf(ours(), theirs())).toBeNull();
    expect(adoptionOf(ours(), theirs({ refundedMinor: 30 }))).toEqual({
      ...{ ...nothing, refundedMinor: 30, status: 'PARTIALLY_REFUNDED', authorizedMinor: 100 },
    });
    expect(adoptionOf(ours(RESERVED), theirs({ capturedMinor: 60, refundedMinor: 60 }))).toEqual({
      ...{ ...nothing, capturedMinor: 60, refundedMinor: 60, status: 'REFUNDED', authorizedMinor: 100 },
    });
    expect(adoptionOf(ours(RESERVED), theirs({ capturedMinor: 60 }))).toMatchObject({ status: 'PARTIALLY_CAPTURED' });
  });

  it('is the whole reservation when it has ended there, and the card’s alone when gift cards were taken', () => {
    for (const status of ['voided', 'declined'] as const) {
      const ended = theirs({ status, capturedMinor: 0 });
      expect(adoptionOf(ours({ ...RESERVED, storedMinor: 40 }), ended)).toEqual({
        ...{ ...nothing, releasedMinor: 100, status: 'VOIDED', authorizedMinor: 0 },
      });
      const taken = {
        storedMinor: 40,
        capturedMinor: 40,
        storedCapturedMinor: 40,
        status: 'PARTIALLY_CAPTURED',
      } as const;
      expect(adoptionOf(ours(taken), ended)).toEqual({
        ...{ ...nothing, releasedMinor: 60, status: 'CAPTURED', authorizedMinor: 40 },
      });
    }
  });

  it('is also what was let go here and taken there all the same', () => {
    const shrunk = { storedMinor: 40, storedReleasedMinor: 10, authorizedMinor: 30, storedCapturedMinor: 30 };
    const payment = ours({ ...shrunk, capturedMinor: 30 });
    expect(adoptionOf(payment, theirs({ capturedMinor: 50 }))).toEqual({
      ...{ ...nothing, capturedMinor: 50, status: 'CAPTURED', authorizedMinor: 80 },
    });
  });

  it.each([
    ['UNDER_WAY', { capturingMinor: 1 }, {}],
    ['UNDER_WAY', { refundingMinor: 1 }, {}],
    ['UNDER_WAY', { status: 'UNKNOWN', capturedMinor: 0, authorizedMinor: 0 }, {}],
    ['UNDER_WAY', RESERVED, { status: 'pending', capturedMinor: 0 }],
    ['WRONG_CURRENCY', {}, { currency: 'USD' }],
    ['PROVIDER_HAS_LESS', {}, { capturedMinor: 99 }],
    ['PROVIDER_HAS_LESS', { refundedMinor: 5 }, { refundedMinor: 4 }],
    ['PROVIDER_HAS_LESS', { refundedMinor: 5, capturedMinor: 60 }, { capturedMinor: 100, refundedMinor: 4 }],
    ['PROVIDER_HAS_LESS', {}, { status: 'voided', capturedMinor: 0 }],
    ['EXCEEDS_AMOUNT', {}, { capturedMinor: 101 }],
    ['EXCEEDS_AMOUNT', { storedMinor: 40, storedCapturedMinor: 40 }, { capturedMinor: 61 }],
    ['EXCEEDS_CAPTURED', {}, { refundedMinor: 101 }],
    ['ENDED', { status: 'VOIDED', capturedMinor: 0, authorizedMinor: 0 }, {}],
    ['ENDED', { status: 'DECLINED', capturedMinor: 0, authorizedMinor: 0 }, { status: 'authorized', capturedMinor: 0 }],
  ] as const)('is refused as %s: %o beside %o', (refusal, our, their) => {
    expect(adoptionOf(ours(our), theirs(their))).toBe(refusal);
  });

  it('is nothing of a payment that ended without money on either side, and refused when only we know it', () => {
    const ended = ours({ status: 'VOIDED', capturedMinor: 0, authorizedMinor: 0 });
    expect(adoptionOf(ended, null)).toBeNull();
    expect(adoptionOf(ended, theirs({ refundedMinor: 100 }))).toBeNull();
    expect(adoptionOf(ours(), null)).toBe('UNKNOWN_TO_PROVIDER');
  });
});
