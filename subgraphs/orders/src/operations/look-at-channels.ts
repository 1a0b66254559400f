import { codeOf, reasonOf } from '@cartograph/kernel/errors';
import type { SalesChannel } from '../ports/sales-channel.ts';
import type { Ports } from '../ports.ts';
import { allOf } from './all-of.ts';

/** So long before the end of the last look the next one begins: what was written late there is not missed. */
const OVERLAP_MS = 10 * 60_000;
/** For a channel that does not say until when its answer is complete. */
const UNSURE_MS = 2 * 60_000;
const RETRY_MS = 60_000;

/** Stores what has changed at each channel. Whatever is cut off, repeated or done twice, the next look begins before it. */
export const lookAtChannels =
  ({ channels, channelOrders, clock }: Pick<Ports, 'channels' | 'channelOrders' | 'clock'>) =>
  (): Promise<void> =>
    allOf(
      channels.map((channel) => lookAt({ channelOrders, clock }, channel)),
      'some channels could not be looked at',
    );

async function lookAt(
  { channelOrders, clock }: Pick<Ports, 'channelOrders' | 'clock'>,
  channel: SalesChannel,
): Promise<void> {
  const look = await channelOrders.beginLook(channel.name);
  if (!look) return;
  const since = new Date(look.until.getTime() - OVERLAP_MS);
  let until = (look.page !== null && look.pageUntil) || new Date(clock().getTime() - UNSURE_MS);
  try {
    for (let { page } = look; ; ) {
      const { orders, nextPage, completeUntil } = await channel.changedOrders(since, page);
      await channelOrders.store(channel.name, orders);
      // The earliest of all pages: what changed while they were read is for the next look.
      if (completeUntil && completeUntil < until) until = completeUntil;
      if (nextPage === null) break;
      // A limit may cut the look off here: the next one goes on with this page.
      if (!(await channelOrders.keepLook(look, nextPage, until))) return;
      page = nextPage;
    }
    await channelOrders.endLook(look, until, channel.lookEveryMs);
  } catch (error) {
    const isUnanswered = codeOf(error) !== undefined;
    await channelOrders.failLook(look, reasonOf(error), Math.min(RETRY_MS, channel.lookEveryMs), !isUnanswered);
    throw error;
  }
}
