import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { ChannelOrderRecord, ChannelOrderStatus } from '../domain/channel-order.ts';
import type { Ports } from '../ports.ts';

/** What channels have sold, for staff. */
export const listChannelOrders =
  ({ channelOrders }: Pick<Ports, 'channelOrders'>) =>
  (
    viewer: Viewer,
    statuses: readonly ChannelOrderStatus[] | null,
    page: PageRequest,
  ): Promise<Page<ChannelOrderRecord>> =>
    channelOrders.list(viewer, statuses, page);
