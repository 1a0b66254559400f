import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { ChannelMessage, ChannelMessageKind, ChannelResult } from '../domain/channel-message.ts';
import type { ChannelOrder, ChannelOrderRecord, ChannelOrderStatus, ChannelTrouble } from '../domain/channel-order.ts';

/** A marketplace that sells our goods and collects the money. What it has no answer to throws `Unavailable`. */
export interface SalesChannel {
  /** As settings and staff name it. */
  readonly name: string;
  /** Our shipping method for its orders. */
  readonly shippingMethodId: string;
  /** How often it may be asked for what has changed. */
  readonly lookEveryMs: number;
  /** Orders that have changed since that moment, as they are now. They may come twice, in any order. */
  changedOrders(since: Date, page: string | null): Promise<ChangedOrders>;
  /**
   * Tells of orders that have changed, until what it gives is called: late, repeated, or not at all, so that looking goes on
   * beside it. Not there for a channel that says nothing by itself.
   */
  hear?(ears: ChannelEars): () => Promise<void>;
  /** Hands over messages of one kind. Tells at once what became of them, or gives a receipt to ask by. */
  send(kind: ChannelMessageKind, messages: readonly ChannelMessage[], earlier: EarlierTry | null): Promise<Sent>;
  /** What became of the messages of a receipt; null while the channel works on them. */
  outcome(receipt: string, messages: readonly ChannelMessage[]): Promise<readonly ChannelResult[] | null>;
}

/** What becomes of the news of a channel. */
export interface ChannelEars {
  /** An order as it is now. What throws is told again. */
  changed(order: ChannelOrder): Promise<void>;
  failed(error: Error): void;
}

export type OpenSalesChannel = SalesChannel & { close(): Promise<void> };

export interface ChangedOrders {
  readonly orders: readonly ChannelOrder[];
  readonly nextPage: string | null;
  /** Everything that has changed before this moment, by the channel's clock, is in these pages; null where it does not say. */
  readonly completeUntil: Date | null;
}

/** The same messages were handed over before, and no answer came: a channel without keys looks for them first. */
export interface EarlierTry {
  readonly at: Date;
  /** Receipts of other messages. */
  readonly others: readonly string[];
}

export type Sent = { readonly receipt: string } | { readonly results: readonly ChannelResult[] };

/** A look at a channel, which one process takes at a time. */
export interface ChannelLook {
  readonly channel: string;
  readonly number: number;
  /** All before this is stored. */
  readonly until: Date;
  /** Where the look before, which was cut off, was about to go on. */
  readonly page: string | null;
  readonly pageUntil: Date | null;
}

/** A channel's order that one process settles at a time. */
export interface TakenOrder {
  readonly channel: string;
  readonly externalId: string;
  readonly orderId: string;
  readonly buyerId: string;
  readonly status: ChannelOrderStatus;
  readonly order: ChannelOrder;
  readonly attempts: number;
  readonly claim: number;
  readonly digest: string;
}

export interface Settled {
  readonly status: ChannelOrderStatus;
  readonly trouble: ChannelTrouble | null;
  /** Null: only when there is news of it. */
  readonly nextMs: number | null;
}

/** The orders of channels, each once, and how far each is here. */
export interface ChannelOrders {
  /** Null when it is not due, or another process looks. */
  beginLook(channel: string): Promise<ChannelLook | null>;
  /** What comes before the page is stored. False when another process has taken the look over. */
  keepLook(look: ChannelLook, page: string, pageUntil: Date): Promise<boolean>;
  /** Old pictures and repeated ones change nothing. */
  store(channel: string, orders: readonly ChannelOrder[]): Promise<void>;
  endLook(look: ChannelLook, until: Date, nextMs: number): Promise<void>;
  /** With `anew`, the next look begins at the first page. */
  failLook(look: ChannelLook, reason: string, nextMs: number, anew: boolean): Promise<void>;
  /** Each is given to one process, for a while. */
  claim(channels: readonly string[], limit: number): Promise<readonly TakenOrder[]>;
  /** Nothing, when somebody else has it by now. News that came meanwhile makes it due at once. */
  settle(taken: TakenOrder, settled: Settled): Promise<void>;
  /** Another id for our order: nothing more can be held under the one it had. */
  renumber(taken: TakenOrder, orderId: string): Promise<void>;
  /** Newest first; for staff alone. */
  list(
    viewer: Viewer,
    statuses: readonly ChannelOrderStatus[] | null,
    page: PageRequest,
  ): Promise<Page<ChannelOrderRecord>>;
}

/** Messages of one kind that are under way to a channel together. */
export interface ChannelBatch {
  readonly channel: string;
  readonly kind: ChannelMessageKind;
  readonly claim: number;
  /** When it was first handed over; null for one that was not yet. */
  readonly triedAt: Date | null;
  readonly receipt: string | null;
  readonly others: readonly string[];
  readonly messages: readonly ChannelMessage[];
}

/** What channels have yet to be told. */
export interface ChannelMessages {
  /** Once per id. */
  queue(message: ChannelMessage): Promise<void>;
  /** The batch that is under way, or else a new one of what is due; null when nothing is, or another process has it. */
  claim(channel: string, kind: ChannelMessageKind): Promise<ChannelBatch | null>;
  /**
   * Before it is handed over: whoever comes after a lost answer knows that it may have happened. False while another
   * batch of the channel waits for its answer.
   */
  trying(batch: ChannelBatch): Promise<boolean>;
  received(batch: ChannelBatch, receipt: string): Promise<void>;
  /** To be asked about again. */
  wait(batch: ChannelBatch, ms: number, reason: string | null): Promise<void>;
  /** What was refused is sent again later, or becomes a dead letter. */
  end(batch: ChannelBatch, results: readonly ChannelResult[]): Promise<void>;
}
