import { reasonOf } from '@cartograph/kernel/errors';
import { CHANNEL_MESSAGE_KINDS } from '../domain/channel-message.ts';
import type { ChannelBatch, SalesChannel, Sent } from '../ports/sales-channel.ts';
import type { Ports } from '../ports.ts';
import { allOf } from './all-of.ts';

/** How long a channel may take over a batch before it is asked what became of it, and again. */
const ASK_AGAIN_MS = 30_000;
const RETRY_MS = 60_000;
/** Another batch is just being handed over. */
const SOON_MS = 2_000;

/** Tells channels what they have to know. At least once, as often as it takes; what they refuse for good stays visible. */
export const tellChannels =
  ({ channels, channelMessages }: Pick<Ports, 'channels' | 'channelMessages'>) =>
  (): Promise<void> =>
    allOf(
      channels.map((channel) => tellOne(channelMessages, channel)),
      'some channels could not be told',
    );

async function tellOne(channelMessages: Ports['channelMessages'], channel: SalesChannel): Promise<void> {
  for (const kind of CHANNEL_MESSAGE_KINDS) {
    const batch = await channelMessages.claim(channel.name, kind);
    if (!batch) continue;
    try {
      await push(channelMessages, channel, batch);
    } catch (error) {
      await channelMessages.wait(batch, RETRY_MS, reasonOf(error));
      throw error;
    }
  }
}

async function push(channelMessages: Ports['channelMessages'], channel: SalesChannel, batch: ChannelBatch) {
  if (batch.messages.length === 0) return channelMessages.end(batch, []);
  if (batch.receipt === null && !(await channelMessages.trying(batch)))
    return channelMessages.wait(batch, SOON_MS, null);
  const sent = batch.receipt === null ? await handOver(channelMessages, channel, batch) : { receipt: batch.receipt };
  const results = 'results' in sent ? sent.results : await channel.outcome(sent.receipt, batch.messages);
  if (results) await channelMessages.end(batch, results);
  else await channelMessages.wait(batch, ASK_AGAIN_MS, null);
}

async function handOver(
  channelMessages: Ports['channelMessages'],
  channel: SalesChannel,
  batch: ChannelBatch,
): Promise<Sent> {
  const earlier = batch.triedAt === null ? null : { at: batch.triedAt, others: batch.others };
  const sent = await channel.send(batch.kind, batch.messages, earlier);
  if ('receipt' in sent) await channelMessages.received(batch, sent.receipt);
  return sent;
}
