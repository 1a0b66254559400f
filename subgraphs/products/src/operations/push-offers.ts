import { reasonOf } from '@cartograph/kernel/errors';
import type { OfferOutcome } from '../domain/offer.ts';
import type {
  HandedOver,
  HandsOver,
  OfferPush,
  OfferPushes,
  SalesChannel,
  SettledOffer,
  Submission,
} from '../ports/sales-channel.ts';
import { REFUSED_MS, retryPause } from './push-pauses.ts';

interface Used {
  readonly offers: OfferPushes;
  readonly channels: readonly SalesChannel[];
}

/** What nobody told us of over there is put right by telling it again. */
const REFRESH_MS = 24 * 3_600_000;
/** How often what was handed over is asked after. */
const FOLLOW_MS = 15_000;

/** Tells channels what is for sale, at what price and how much of it. Safe on several processes at once. */
export const pushOffers =
  ({ offers, channels }: Used) =>
  async (): Promise<void> => {
    // A channel that is slow or down keeps no other one waiting.
    const ended = await Promise.allSettled(channels.map((channel) => pushTo(offers, channel)));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  };

async function pushTo(offers: OfferPushes, channel: SalesChannel): Promise<void> {
  while (await followOne(offers, channel));
  while (await pushBatch(offers, channel));
}

/** False when there is nothing more to tell, or nobody who listens. */
async function pushBatch(offers: OfferPushes, channel: SalesChannel): Promise<boolean> {
  const { name, batch } = channel;
  const taken = await offers.claim(channel, batch);
  const shown = taken.filter(({ isShown }) => isShown);
  await offers.settle(
    name,
    shown.map((offer) => settledAs(offer, { kind: 'shown' })),
  );
  const sending = await offers.sending(taken.filter(({ isShown }) => !isShown));
  if (sending.length === 0) return taken.length === batch;
  const outcomes = await show(offers, channel, sending);
  return taken.length === batch && outcomes.some(({ kind }) => kind !== 'unanswered');
}

async function show(
  offers: OfferPushes,
  channel: SalesChannel,
  sending: readonly OfferPush[],
): Promise<readonly OfferOutcome[]> {
  const bySku = new Map(sending.map((push) => [push.sku, push]));
  const handed: { submission: Submission | null; skus: readonly string[] } = { submission: null, skus: [] };
  const handsOver: HandsOver = async (reference, skus) => {
    if (handed.submission) return offers.renamed(handed.submission, reference);
    handed.skus = skus;
    const pushes = skus.flatMap((sku) => bySku.get(sku) ?? []);
    handed.submission = await offers.handingOver(pushes, reference);
  };
  const wanted = sending.map(({ sku, wanted }) => ({ sku, ...wanted }));
  const outcomes = await channel.show(wanted, handsOver).catch((error): readonly OfferOutcome[] => {
    // What was handed over, and failed after that, is asked after.
    const isHanded = (sku: string) => handed.submission !== null && handed.skus.includes(sku);
    const reason = reasonOf(error);
    return wanted.map(({ sku }) => (isHanded(sku) ? { kind: 'handed over' } : { kind: 'unanswered', reason }));
  });
  const settled = sending.flatMap((offer, index) => {
    const outcome = outcomes[index] ?? { kind: 'unanswered', reason: 'Nothing was said of it.' };
    return outcome.kind === 'handed over' ? [] : [settledAs(offer, outcome)];
  });
  await offers.settle(channel.name, settled);
  if (handed.submission && settled.length < sending.length) await offers.askLater(handed.submission, FOLLOW_MS, null);
  else if (handed.submission) await offers.forget(handed.submission);
  return outcomes;
}

/** False when there is nothing to ask after. */
async function followOne(offers: OfferPushes, channel: SalesChannel): Promise<boolean> {
  const submission = await offers.claimSubmission(channel.name);
  if (!submission) return false;
  try {
    const followed = await channel.follow(submission.reference);
    if (followed.kind === 'under way') await offers.askLater(submission, FOLLOW_MS, null);
    else {
      const outcomeOf = ({ sku }: HandedOver): SettledOffer['outcome'] => {
        if (followed.kind === 'lost') return { kind: 'unanswered', reason: followed.reason };
        const reason = followed.refused.get(sku);
        return reason === undefined ? { kind: 'shown' } : { kind: 'refused', reason };
      };
      const told = await offers.offersOf(submission);
      await offers.settle(
        channel.name,
        told.map((offer) => settledAs(offer, outcomeOf(offer))),
      );
      await offers.forget(submission);
    }
  } catch (error) {
    await offers.askLater(submission, retryPause(submission.failures), reasonOf(error));
  }
  return true;
}

const settledAs = (offer: HandedOver, outcome: SettledOffer['outcome']): SettledOffer => ({
  ...{ offer, outcome },
  pauseMs: pauseAfter(outcome, offer.failures),
});

function pauseAfter({ kind }: SettledOffer['outcome'], failures: number): number {
  if (kind === 'shown') return REFRESH_MS;
  if (kind === 'unanswered') return retryPause(failures);
  // What is not listed there today is seldom listed there in an hour.
  return Math.min(REFRESH_MS, REFUSED_MS * 2 ** failures);
}
