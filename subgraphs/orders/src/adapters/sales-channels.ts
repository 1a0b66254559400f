import type { SalesChannel } from '../ports/sales-channel.ts';
import { type AmazonChannelOptions, createAmazonChannel } from './amazon/channel.ts';

/** What each channel that is on has to know. A channel is a line here and a folder beside it. */
export interface SalesChannelOptions {
  readonly amazon?: AmazonChannelOptions;
}

export const openSalesChannels = ({
  amazon,
}: SalesChannelOptions): readonly (SalesChannel & { close(): Promise<void> })[] => [
  ...(amazon ? [createAmazonChannel(amazon)] : []),
];
