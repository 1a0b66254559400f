import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../history.ts';
import { ask, type Reply } from './client.ts';
import type { Shelf } from './shelf.ts';

export interface Shop {
  readonly url: string;
  readonly history: History;
  readonly shelf: Shelf;
  /** Nobody waits longer: a shop that does not answer by then is broken. */
  readonly giveUpMs: number;
  /** What staff sign in with; without it nobody edits, and nothing comes back. */
  readonly staffToken?: string;
}

export interface Told {
  readonly kind: string;
  readonly orderId: string | null;
  readonly redirectUrl?: string;
}

/** Somebody who asks the shop, and writes down what it says: a buyer, or staff in the buyer's matter. */
export interface Customer {
  readonly accessToken: string;
  /** The number of the buyer whose matter it is. */
  readonly n: number;
  readonly patienceMs: number;
}

export function createCustomer({ url, history, giveUpMs }: Shop, { accessToken, n, patienceMs }: Customer) {
  /** Asks again after every failure, as browsers and their owners do; null when the shop never answered. */
  async function insist(what: string, query: string, variables: object): Promise<any> {
    const began = performance.now();
    for (let failures = 0; ; failures += 1) {
      const reply = await ask(url, accessToken, query, variables, patienceAfter(failures, patienceMs));
      if (reply.kind === 'data' && reply.data?.__typename !== 'StillWorking') return reply.data;
      if (performance.now() - began > giveUpMs) {
        history.note('never answered', { n, asked: what, last: whyOf(reply) });
        return null;
      }
      if (failures < 3) history.note('asks again', { n, asked: what, why: whyOf(reply), status: statusOf(reply) });
      await sleep(reply.kind === 'data' ? 300 : 100 + Math.min(failures, 10) * 50);
    }
  }

  function tell(asked: string, key: string | null, answer: any, ms: number): Told {
    const { __typename: kind, order, replayed = null, message = null, redirectUrl } = answer;
    const told = {
      orderId: (order?.id ?? null) as string | null,
      status: order?.status ?? null,
      total: order?.total?.amount ?? null,
    };
    history.note('told', { n, asked, key, kind, ...told, replayed, message, ms: Math.round(ms) });
    return { kind, orderId: told.orderId, ...(redirectUrl && { redirectUrl }) };
  }

  /** Asks until there is an answer, and writes it down; null when there was none. */
  async function request(asked: string, query: string, input: object, orderId: string): Promise<any> {
    const began = performance.now();
    const answer = await insist(asked, query, { input });
    if (answer) tell(asked, null, { order: { id: orderId }, ...answer }, performance.now() - began);
    return answer;
  }
  return { insist, tell, request };
}

export type Asking = ReturnType<typeof createCustomer>;

/**
 * Who was cut short again and again waits longer: on a machine where every answer takes two seconds, somebody who never
 * waits for more than one would be told nothing by the best of shops.
 */
const patienceAfter = (failures: number, ms: number): number => Math.min(ms * (1 + failures / 4), Math.max(ms, 20_000));

const whyOf = (reply: Reply): string => (reply.kind === 'data' ? 'still working' : reply.why);

const statusOf = (reply: Reply): number | null => (reply.kind === 'data' ? 200 : reply.status);
