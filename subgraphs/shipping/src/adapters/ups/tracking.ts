import { type UpsClient, UpsRefusal } from './client.ts';
import type { UpsActivity } from './mapping.ts';

interface TrackAnswer {
  readonly trackResponse?: {
    readonly shipment?: readonly { readonly package?: readonly { readonly activity?: readonly UpsActivity[] }[] }[];
  };
}

/** What happened to a parcel, the newest first; nothing for one that UPS does not know. */
export async function activitiesOf(client: UpsClient, trackingNumber: string): Promise<readonly UpsActivity[]> {
  const path = `/track/v1/details/${encodeURIComponent(trackingNumber)}`;
  const answer: TrackAnswer | null = await client
    .send({ method: 'GET', path, mayRepeat: true })
    .catch((error: unknown) => {
      if (error instanceof UpsRefusal && error.status === 404) return null;
      throw error;
    });
  const parcels = (answer?.trackResponse?.shipment ?? []).flatMap((shipment) => shipment.package ?? []);
  return parcels.flatMap(({ activity }) => activity ?? []);
}
