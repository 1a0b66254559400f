import type { CarrierMessage, Ports } from '../ports.ts';

/** A carrier's message, by webhook or by asking: stored once, applied if it is news, in whatever order they come. */
export const receiveTracking =
  ({ tracking, clock }: Pick<Ports, 'tracking' | 'clock'>) =>
  (carrier: string, message: CarrierMessage) =>
    tracking.receive(carrier, message, clock());

const SILENCE_MS = 30 * 60_000;
const BATCH = 20;

/** Asks carriers about parcels that they have not mentioned for half an hour: webhooks get lost. */
export const askSilentCarriers = (ports: Pick<Ports, 'tracking' | 'clock' | 'carriers'>) => async (): Promise<void> => {
  const { tracking, clock } = ports;
  for (;;) {
    const now = clock();
    const parcels = await tracking.claimSilent(new Date(now.getTime() - SILENCE_MS), now, BATCH);
    const asked = await Promise.allSettled(parcels.map((parcel) => askAbout(ports, parcel)));
    const failed = asked.filter(({ status }) => status === 'rejected');
    if (failed.length > 0) throw new AggregateError(failed, `carriers did not answer about ${failed.length} parcels`);
    if (parcels.length < BATCH) return;
  }
};

async function askAbout(
  ports: Pick<Ports, 'tracking' | 'clock' | 'carriers'>,
  { carrier, trackingNumber }: { readonly carrier: string; readonly trackingNumber: string },
): Promise<void> {
  const messages = (await ports.carriers.get(carrier)?.track(trackingNumber)) ?? [];
  for (const message of messages) await receiveTracking(ports)(carrier, message);
}
