import type { Random } from '../random.ts';
import type { Shelf } from './shelf.ts';

/** What the buyer does at the bank's page, when there is one. `silently`: approves, and never comes back to the shop. */
export type AtTheBank = 'approves' | 'silently' | 'fails' | 'leaves';

/** How a buyer meets what an edit or an exchange costs more. `refuses`: cancels what was to be added. */
export type Settling = 'pays' | 'is declined, then pays' | 'refuses' | 'leaves';

/** What becomes of an order that was placed. */
export type Afterwards =
  | {
      readonly kind: 'edit';
      /** Whether a piece is taken out. */
      readonly removes: boolean;
      readonly added: { readonly variantId: string; readonly quantity: number } | null;
      readonly settling: Settling;
    }
  | {
      readonly kind: 'return';
      readonly instead: { readonly variantId: string; readonly quantity: number } | null;
      readonly settling: Settling;
      /** When the buyer would rather have the money than what comes instead, or keep the goods. */
      readonly regrets: 'before' | 'meanwhile' | 'keeps' | null;
      readonly damaged: boolean;
    };

/** What one buyer is going to do; decided before anything happens, so that a seed says all of it. */
export interface BuyerPlan {
  readonly n: number;
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
  /** Null pays with the gift card alone. */
  readonly token: string | null;
  readonly giftCard?: string;
  readonly bank: AtTheBank;
  /** Requests that leave at once, with one key. */
  readonly clicks: number;
  /** Closes the browser this soon; null stays. */
  readonly leavesAfterMs: number | null;
  readonly patienceMs: number;
  readonly cancels: boolean;
  /** Sends the same key once more with another quantity. */
  readonly reusesKey: boolean;
  readonly afterwards: Afterwards | null;
}

const CARDS: readonly (readonly [token: string, share: number])[] = [
  ['tok_success', 0.66],
  ['tok_3ds', 0.12],
  ['tok_declined', 0.05],
  ['tok_insufficient_funds', 0.03],
  ['tok_timeout', 0.03],
  ['tok_late', 0.05],
  ['tok_error', 0.06],
];

export function planBuyer(random: Random, n: number, shelf: Shelf): BuyerPlan {
  return {
    n,
    lines: planLines(random, shelf),
    token: pickCard(random),
    bank: random.pick(['approves', 'approves', 'approves', 'silently', 'silently', 'fails', 'leaves']),
    clicks: random.chance(0.25) ? random.between(2, 4) : 1,
    leavesAfterMs: random.chance(0.08) ? random.between(5, 400) : null,
    patienceMs: random.chance(0.3) ? random.between(500, 3_000) : random.between(8_000, 15_000),
    cancels: random.chance(0.12),
    reusesKey: random.chance(0.06),
    afterwards: planAfterwards(random, shelf),
  };
}

function planAfterwards(random: Random, { variantIds }: Shelf): Afterwards | null {
  if (!random.chance(0.3)) return null;
  const goods = () => ({ variantId: random.pick(variantIds), quantity: random.between(1, 2) });
  const settling = random.pick(['pays', 'pays', 'is declined, then pays', 'refuses', 'leaves'] as const);
  if (random.chance(0.5)) {
    const removes = random.chance(0.7);
    return { kind: 'edit', removes, added: removes && random.chance(0.35) ? null : goods(), settling };
  }
  const regrets = random.pick([null, null, null, 'before', 'meanwhile', 'meanwhile', 'keeps'] as const);
  const instead = random.chance(0.7) ? goods() : null;
  return { kind: 'return', instead, settling, regrets, damaged: random.chance(0.3) };
}

/** A third of all want the one variant that everybody wants. */
function planLines(random: Random, { variantIds }: Shelf): BuyerPlan['lines'] {
  const [hot = '', ...others] = variantIds;
  const first = random.chance(0.33) ? hot : random.pick(others);
  const second = random.chance(0.35) ? random.pick(variantIds) : first;
  return [...new Set([first, second])].map((variantId) => ({ variantId, quantity: random.chance(0.25) ? 2 : 1 }));
}

/** What `planBuyer` asks for on average, for knowing how much is scarce. */
export const UNITS_PER_ORDER = 1.25 * 1.32;

function pickCard(random: Random): string {
  let rest = random.next();
  for (const [token, share] of CARDS) {
    rest -= share;
    if (rest < 0) return token;
  }
  return 'tok_success';
}
