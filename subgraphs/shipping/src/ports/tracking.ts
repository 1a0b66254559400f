import type { NewInboxEvent } from '@cartograph/kernel/inbox';
import type { CarrierMessage } from '../ports.ts';

/** An event that was stored for one message. `stands`: how its shipment stood then, in the words of the store. */
export interface StoredEvent extends Pick<NewInboxEvent, 'provider' | 'id'> {
  readonly stands: unknown;
}

export interface TrackingStore {
  /** Stores an event to be applied, and says how the shipment of its one message stands; null when it is not to be applied now. */
  storeEvent(event: NewInboxEvent, message: CarrierMessage): Promise<StoredEvent | null>;
  /** Stores a message once and applies it if it is news. The event that it came with is noted as applied. */
  receive(
    carrier: string,
    message: CarrierMessage,
    now: Date,
    stored?: StoredEvent,
  ): Promise<'applied' | 'recorded' | 'duplicate'>;
  /** Parcels on their way of which nothing was heard since; each is given to one process only. */
  claimSilent(
    since: Date,
    now: Date,
    limit: number,
  ): Promise<readonly { readonly carrier: string; readonly trackingNumber: string }[]>;
}
