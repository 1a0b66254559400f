import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Offer, OfferOutcome, OfferRefusal } from '../domain/offer.ts';
import type { Market } from '../domain/price.ts';

/** On which terms a channel sells what we have. */
export interface ChannelTerms {
  /** As settings and staff name it. */
  readonly name: string;
  /** Those whose prices it shows. */
  readonly markets: readonly Market[];
  /** So many pieces are never shown there: what others sell before it has heard of it. */
  readonly buffer: number;
}

/** Somebody else's shop that sells what we have: a marketplace, the shop of a social network. */
export interface SalesChannel extends ChannelTerms {
  /** How many offers it is told at once. */
  readonly batch: number;
  /**
   * Has it show these offers, and says what became of each, in their order. Telling one twice is telling it once. Before
   * offers are handed over together, `handsOver` is told by what the channel can be asked after them; told anew, it is the
   * better name for the same.
   */
  show(offers: readonly Offer[], handsOver: HandsOver): Promise<readonly OfferOutcome[]>;
  /** What became of what was handed over. */
  follow(reference: string): Promise<Followed>;
  /**
   * Tells that something which was handed over has ended, until what it gives is called: late, repeated, or not at all, so
   * that asking goes on beside it. Not there for a channel that says nothing by itself.
   */
  hear?(ears: ChannelEars): () => Promise<void>;
  close(): Promise<void>;
}

/** What becomes of the news of a channel. */
export interface ChannelEars {
  /** What throws is told again. */
  ended(): Promise<void>;
  failed(error: Error): void;
}

export type HandsOver = (reference: string, skus: readonly string[]) => Promise<void>;

export type Followed =
  | { readonly kind: 'under way' }
  /** All are shown but these. */
  | { readonly kind: 'ended'; readonly refused: ReadonlyMap<string, string> }
  /** It came to nothing, or to nothing known; and nothing comes of it any more. */
  | { readonly kind: 'lost'; readonly reason: string };

/** What channels have to be told, and what they do not take. */
export interface OfferPushes {
  /** Makes these the channels that are on, and queues every offer for those whose terms are new. */
  open(channels: readonly ChannelTerms[]): Promise<void>;
  /** Takes in what has changed, and gives each offer to one process only, as it is to be shown now. */
  claim(channel: ChannelTerms, limit: number): Promise<readonly OfferPush[]>;
  /** Before they are told: who comes after a lost answer knows of it. Gives those that no other process has by now. */
  sending(pushes: readonly OfferPush[]): Promise<readonly OfferPush[]>;
  /** Before they are handed over. Throws when another process has one of them. */
  handingOver(pushes: readonly OfferPush[], reference: string): Promise<Submission>;
  renamed(submission: Submission, reference: string): Promise<void>;
  /**
   * Writes down what became of them. One that another process took meanwhile is told once more, whatever that process told:
   * nobody knows which of the two came last.
   */
  settle(channel: string, settled: readonly SettledOffer[]): Promise<void>;
  /** One to ask after, given to one process only. */
  claimSubmission(channel: string): Promise<Submission | null>;
  offersOf(submission: Submission): Promise<readonly HandedOver[]>;
  /** To be asked after again in `pauseMs`; `reason` when there was no answer. */
  askLater(submission: Submission, pauseMs: number, reason: string | null): Promise<void>;
  /** Whatever is to be asked after is due now. */
  askNow(channel: string): Promise<void>;
  /** What has ended, once its offers are settled. */
  forget(submission: Submission): Promise<void>;
  /** By channel and variant; for staff alone. */
  refusals(viewer: Viewer, channel: string | null, page: PageRequest): Promise<Page<OfferRefusal>>;
}

export interface HandedOver {
  readonly channel: string;
  readonly variantId: string;
  readonly sku: string;
  /** Of the change that was told. */
  readonly version: number;
  readonly claims: number;
  readonly failures: number;
}

export interface OfferPush extends HandedOver {
  /** The channel shows this already, as far as anybody knows. */
  readonly isShown: boolean;
  readonly wanted: Omit<Offer, 'sku'>;
}

export interface SettledOffer {
  readonly offer: HandedOver;
  readonly outcome: Exclude<OfferOutcome, { kind: 'handed over' }>;
  /** Until it is told again, should nothing change before. */
  readonly pauseMs: number;
}

export interface Submission {
  readonly id: number;
  readonly channel: string;
  readonly reference: string;
  readonly claims: number;
  readonly failures: number;
}
