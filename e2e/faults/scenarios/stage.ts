import type pg from 'pg';
import { shopFor } from '../buyers/buyer.ts';
import { admitGuests } from '../buyers/crowd.ts';
import type { Shop } from '../buyers/customer.ts';
import type { BuyerPlan } from '../buyers/plan.ts';
import { type Shelf, stockShelf } from '../buyers/shelf.ts';
import { prepareEvidence } from '../evidence.ts';
import type { World } from '../world/world.ts';

/** A small shop with a few goods, for one scenario after another. */
export interface Stage {
  readonly world: World;
  readonly db: pg.Client;
  readonly shelf: Shelf;
  /** Sends a buyer who pays for one piece and stays; a part can be otherwise. */
  buy(changes?: Partial<BuyerPlan>): Promise<void>;
}

/** The first variant is the one that is scarce. */
export const LAST_PIECES = 5;

export async function openStage(world: World): Promise<Stage> {
  const db = await world.postgres.connect();
  await prepareEvidence(db);
  const shelf = await stockShelf(world.url, db, { variants: 4, pieces: 240 });
  const guests = await admitGuests(world.url, 1);
  const shop: Shop = { url: world.url, history: world.history, shelf, giveUpMs: 60_000 };
  let n = 0;
  return {
    world,
    db,
    shelf,
    buy(changes = {}) {
      n += 1;
      const lines = [{ variantId: shelf.variantIds[1] ?? '', quantity: 1 }];
      const plan: BuyerPlan = { ...PLAIN, lines, n, ...changes };
      return shopFor(shop, guests[0] ?? '', plan);
    },
  };
}

const PLAIN = {
  token: 'tok_success',
  bank: 'approves',
  clicks: 1,
  leavesAfterMs: null,
  patienceMs: 15_000,
  cancels: false,
  reusesKey: false,
  afterwards: null,
} as const;
