import type { OfferPushes, SalesChannel } from '../ports/sales-channel.ts';

export interface HearChannels {
  /** Something is to be asked after now. */
  due(): void;
  failed(channel: string, error: Error): void;
}

/** Asks after what was handed over as soon as a channel tells that it has ended, until what it gives is called. */
export const hearChannels =
  ({
    offers,
    channels,
  }: {
    readonly offers: Pick<OfferPushes, 'askNow'>;
    readonly channels: readonly SalesChannel[];
  }) =>
  ({ due, failed }: HearChannels): (() => Promise<void>) => {
    const ends = channels.flatMap(
      ({ name, hear }) =>
        hear?.({
          async ended() {
            await offers.askNow(name);
            due();
          },
          failed: (error) => failed(name, error),
        }) ?? [],
    );
    return async () => void (await Promise.all(ends.map((end) => end())));
  };
