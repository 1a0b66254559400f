import { hadNoEffect } from '@cartograph/providers/calls';
import type { Purchases } from '../../ports.ts';
import type { OpenCarrier } from '../open-carrier.ts';
import { createUpsClient } from './client.ts';
import { buyLabel, voidLabel } from './labels.ts';
import { toMessage } from './mapping.ts';
import { ratesOf } from './rates.ts';
import { activitiesOf } from './tracking.ts';

export interface UpsOptions {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The shipper's six characters, which pays. */
  readonly account: string;
  readonly timeoutMs?: number;
  /** How long a purchase without an answer may still be under way at UPS. */
  readonly settleMs?: number;
}

/** UPS itself. It has no webhooks in its published contract, so parcels are asked about. */
export function createUps(
  { account, timeoutMs = 20_000, settleMs = 60_000, ...options }: UpsOptions,
  purchases: Purchases,
): OpenCarrier {
  const client = createUpsClient({ ...options, timeoutMs });
  return {
    rates: (request) => ratesOf(client, account, request),
    buyLabel: (request) =>
      purchases.alone(
        ...(['UPS', request.key, (error: unknown) => (hadNoEffect(error) ? 0 : settleMs)] as const),
        (notes) => buyLabel(client, account, request, notes),
      ),
    voidLabel: (reference) => voidLabel(client, reference),
    async track(trackingNumber) {
      const activities = await activitiesOf(client, trackingNumber);
      return activities.flatMap((activity) => toMessage(trackingNumber, activity)).reverse();
    },
    readEvent: () => [],
    close: client.close,
  };
}
