import type { Page } from '@cartograph/kernel/page';
import DataLoader from 'dataloader';
import type { TrackingEvent } from '../domain/shipment.ts';
import type { EventsAsk, ShipmentStore } from '../ports.ts';

/** A page of messages for each of many shipments. */
export const createEventsByAsk = (shipments: Pick<ShipmentStore, 'eventsOf'>) =>
  new DataLoader<EventsAsk, Page<TrackingEvent>, string>((asks) => shipments.eventsOf(asks), {
    name: 'eventsByAsk',
    maxBatchSize: 100,
    cacheKeyFn: ({ shipmentId, page }) => JSON.stringify([shipmentId, page]),
  });
