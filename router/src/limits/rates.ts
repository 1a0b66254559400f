import type { Viewer } from '@cartograph/kernel/viewer';
import type { OperationRateSettings, RatesSettings } from '../settings/rates.ts';
import { RateTable } from './rate-table.ts';
import { type Refusal, tooLarge } from './refusal.ts';

/** How often an operation falls under each limit for operations: once per field, so that aliases do not hide any. */
export interface OperationRates {
  readonly counts: readonly { readonly rule: number; readonly times: number }[];
}

export interface Rates {
  /** Counts a request of this viewer, before it is known what it asks for. Synchronous; under a microsecond. */
  takeRequest(viewer: Viewer, address: string): Refusal | null;
  /** Counts an operation that has limits of its own: `rates` comes from `operationRates`. */
  takeOperation(viewer: Viewer, address: string, rates: OperationRates): Refusal | null;
  /** Whether this address may have another token verified: asked before that costs anything. */
  mayTryToken(address: string): Refusal | null;
  noteBadToken(address: string): void;
  /** The tables, for whoever shares them between routers, and for metrics. */
  readonly tables: readonly RateTable[];
}

/** Limits in this process alone. Share them between routers by `shareRates`. */
export function createRates(settings: RatesSettings, now: () => number = () => performance.now()): Rates {
  const { clients, remembered, enforced } = settings;
  const table = (name: string, rate: RatesSettings['badTokens']) => new RateTable(name, rate, remembered);
  const anonymous = table('anonymous', clients.anonymous);
  const guest = table('guest', clients.guest);
  const customer = table('customer', clients.customer);
  const staff = table('staff', clients.staff);
  const service = table('service', clients.service);
  const guestsOfAddress = table('guests-of-address', settings.guestsOfAddress);
  const badTokens = table('bad-tokens', settings.badTokens);
  const operations = settings.operations.map((rule) => ({ rule, table: table(nameOf(rule), rule) }));

  function waitFor(viewer: Viewer, address: string, at: number): number {
    switch (viewer.kind) {
      case 'anonymous':
        return anonymous.take(address, at);
      case 'guest':
        // Anybody can become as many guests as they like, but not from as many addresses.
        return guest.take(viewer.guestId, at) || guestsOfAddress.take(address, at);
      case 'customer':
        return customer.take(viewer.customerId, at);
      case 'staff':
        return staff.take(viewer.staffId, at);
      case 'service':
        return service.take(viewer.service, at);
    }
  }

  return {
    takeRequest(viewer, address) {
      const wait = waitFor(viewer, address, now());
      return wait > 0 && enforced ? limited(wait) : null;
    },
    takeOperation(viewer, address, { counts }) {
      // A marketplace hands over the orders of all its buyers.
      if (viewer.kind === 'service') return null;
      for (const { rule: index, times } of counts) {
        const limit = operations[index];
        if (!limit) continue;
        const client = limit.rule.by === 'address' ? address : idOf(viewer, address);
        const wait = limit.table.take(client, now(), times);
        if (wait > 0 && enforced) return limited(wait, limit.rule);
      }
      return null;
    },
    mayTryToken(address) {
      const wait = badTokens.wait(address, now());
      return wait > 0 && enforced ? limited(wait) : null;
    },
    noteBadToken(address) {
      badTokens.take(address, now());
    },
    tables: [
      anonymous,
      guest,
      customer,
      staff,
      service,
      guestsOfAddress,
      badTokens,
      ...operations.map((each) => each.table),
    ],
  };
}

const nameOf = ({ by, field, operation, hash }: OperationRateSettings): string =>
  `${field ? `field-${field}` : operation ? `operation-${operation}` : `hash-${hash}`}-by-${by}`;

/** Under the same id a guest and a customer are two clients. */
function idOf(viewer: Exclude<Viewer, { kind: 'service' }>, address: string): string {
  switch (viewer.kind) {
    case 'anonymous':
      return address;
    case 'guest':
      return `guest ${viewer.guestId}`;
    case 'customer':
      return `customer ${viewer.customerId}`;
    case 'staff':
      return `staff ${viewer.staffId}`;
  }
}

/** `wait` in milliseconds; infinite where one request asks for more than may ever come at once. */
function limited(wait: number, rule?: OperationRateSettings): Refusal {
  const what = rule?.field ? ` of "${rule.field}"` : '';
  // To retry would not help.
  if (rule && !Number.isFinite(wait))
    return tooLarge('rates', rule.burst, `One request may not ask for more than ${rule.burst}${what}.`);
  return {
    status: 429,
    code: 'RATE_LIMITED',
    message: `Too many requests${what}. Retry later.`,
    headers: { 'retry-after': String(Math.max(1, Math.ceil(wait / 1_000))) },
  };
}
