import {
  buyerLeftWhilePaymentsIsGone,
  captureThatIsNotHeard,
  processThatWritesAfterwards,
  vanishedCheckout,
} from './absences.ts';
import { chargeNeverAnswered, twoRefundsAtOnce, webhooksOvertaking, webhooksTwice } from './payments.ts';
import { crowdForTheLastPieces, declinedCard, keyForSomethingElse, plainPurchase } from './purchases.ts';
import type { Stage } from './stage.ts';

/** Small situations, each the one in which a certain bug shows. */
export const SCENARIOS = {
  'a plain purchase': plainPurchase,
  'a declined card': declinedCard,
  'a key used for something else': keyForSomethingElse,
  'a crowd for the last pieces': crowdForTheLastPieces,
  'a charge that was never answered': chargeNeverAnswered,
  'a capture that is not heard': captureThatIsNotHeard,
  'webhooks that come twice': webhooksTwice,
  'webhooks that overtake each other': webhooksOvertaking,
  'two refunds at once': twoRefundsAtOnce,
  'a checkout that vanished': vanishedCheckout,
  'a buyer who left while payments is gone': buyerLeftWhilePaymentsIsGone,
  'a process that writes afterwards': processThatWritesAfterwards,
} satisfies Record<string, (stage: Stage) => Promise<void>>;

export type ScenarioName = keyof typeof SCENARIOS;
