import type { Ports } from '../ports.ts';

export interface HearChannels {
  /** Something is there to be taken in. */
  stored(): void;
  failed(channel: string, error: Error): void;
}

/**
 * Stores what channels tell by themselves, until what it gives is called. As with what is looked for, an older picture
 * changes nothing; how far the looks have come is left alone, so that what is not told is found by the next one.
 */
export const hearChannels =
  ({ channels, channelOrders }: Pick<Ports, 'channels' | 'channelOrders'>) =>
  ({ stored, failed }: HearChannels): (() => Promise<void>) => {
    const ends = channels.flatMap(
      ({ name, hear }) =>
        hear?.({
          async changed(order) {
            await channelOrders.store(name, [order]);
            stored();
          },
          failed: (error) => failed(name, error),
        }) ?? [],
    );
    return async () => void (await Promise.all(ends.map((end) => end())));
  };
