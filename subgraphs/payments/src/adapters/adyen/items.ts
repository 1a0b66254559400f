import type { ProviderPayment } from '../../ports/payment-provider.ts';
import { adyenUnits } from './units.ts';

/** What one webhook says. Only what Adyen signs of it is used; see `webhook.ts`. */
export interface Item {
  readonly id: string;
  readonly type: string;
  readonly eventCode: string;
  readonly success: string;
  readonly pspReference: string;
  readonly originalReference?: string;
  /** Our payment's id; of a capture or refund, with the effect's id behind it. */
  readonly merchantReference: string;
  readonly amount: { readonly value: number; readonly currency: string };
}

/** How a capture, refund or cancellation is named there, so that what is told of it leads back to our payment. */
export const nameOf = (reference: string, effectId: string): string => `${reference}/${effectId}`;

export const referenceOf = ({ merchantReference }: Item): string => merchantReference.split('/')[0] ?? '';

const effectOf = ({ merchantReference }: Item): string | null => merchantReference.split('/')[1] ?? null;

/** Versions: first what is told at once, then what the events tell, each of which makes it grow. */
export const VERSION = { asked: 1, givenUp: 2, decided: 3 } as const;

const CANCELLED = ['CANCELLATION', 'TECHNICAL_CANCEL', 'EXPIRE'];
/** What was told as done and has failed after all. */
const FAILED_LATER: Readonly<Record<string, string>> = {
  CAPTURE_FAILED: 'CAPTURE',
  REFUND_FAILED: 'REFUND',
  REFUNDED_REVERSED: 'REFUND',
};
const KNOWN = ['AUTHORISATION', 'CAPTURE', 'REFUND', ...CANCELLED, ...Object.keys(FAILED_LATER)];

export const isAboutPayment = ({ eventCode }: Item): boolean => KNOWN.includes(eventCode);

/**
 * Adyen cannot be asked how a payment stands. What it has told altogether is the picture, in whatever order it came; null
 * when it has told nothing yet.
 */
export function toPicture(reference: string, items: readonly Item[]): ProviderPayment | null {
  const last = items.at(-1);
  if (!last) return null;
  const authorisations = items.filter(({ eventCode }) => eventCode === 'AUTHORISATION');
  const authorised = authorisations.find(isSuccess);
  const moved = (kind: 'CAPTURE' | 'REFUND') => items.filter((item) => item.eventCode === kind && isSuccess(item));
  const failed = items.filter(({ eventCode }) => eventCode in FAILED_LATER);
  const sumOf = (kind: 'CAPTURE' | 'REFUND'): number =>
    total(moved(kind)) - total(failed.filter(({ eventCode }) => FAILED_LATER[eventCode] === kind));
  const [captured, refunded] = [sumOf('CAPTURE'), sumOf('REFUND')];
  const isCancelled = items.some((item) => CANCELLED.includes(item.eventCode) && isSuccess(item));
  const isDeclined = authorisations.length > 0 && !authorised;
  const { currency } = last.amount;
  return {
    providerId: authorised?.pspReference ?? last.originalReference ?? last.pspReference,
    reference,
    status: captured > 0 || refunded > 0 ? 'captured' : isCancelled ? 'voided' : isDeclined ? 'declined' : 'authorized',
    version: VERSION.decided + items.filter(({ eventCode }) => eventCode !== 'AUTHORISATION').length,
    currency,
    capturedMinor: adyenUnits.from(captured, currency).minor,
    refundedMinor: adyenUnits.from(refunded, currency).minor,
    card: null,
    declineReason: isDeclined ? 'DECLINED' : null,
    action: null,
    effects: effectsOf(items),
  };
}

const isSuccess = ({ success }: Item): boolean => success === 'true';

const total = (items: readonly Item[]): number => items.reduce((sum, { amount }) => sum + amount.value, 0);

function effectsOf(items: readonly Item[]): ProviderPayment['effects'] {
  const refused = new Map<string, boolean>();
  for (const item of items) {
    const id = effectOf(item);
    if (id === null || CANCELLED.includes(item.eventCode)) continue;
    const isRefused = !isSuccess(item) || item.eventCode in FAILED_LATER;
    refused.set(id, (refused.get(id) ?? false) || isRefused);
  }
  return [...refused].map(([id, isRefused]) => ({
    id,
    status: isRefused ? 'REFUSED' : 'SUCCEEDED',
    refusal: isRefused ? 'REFUSED_BY_PROVIDER' : null,
  }));
}
