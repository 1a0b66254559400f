import { Unavailable } from '@cartograph/kernel/errors';
import { describeCrm } from './crm.contract.ts';
import { createMemoryCrm } from './memory-receivers.ts';

describeCrm('in memory', async () => {
  const { crm, customers, log, trouble, refused } = createMemoryCrm();
  return {
    crm,
    contacts: () =>
      new Map(
        [...customers.values()].map(({ id, email, name, phone, history: { count, last } }) => [
          id,
          { email, name: name ?? '', phone, orders: count, lastOrder: last && `${last.number} ${last.status}` },
        ]),
      ),
    taken: () => log,
    lose: (at, times = 1) => trouble.add({ at, times: Math.ceil(times / 4) }),
    limit: () =>
      trouble.add({
        error: new Unavailable('memory', { cause: Object.assign(new Error(), { retryAfterMs: 7_200_000 }) }),
      }),
    refuse(email) {
      refused.clear();
      if (email) refused.add(email);
    },
    [Symbol.asyncDispose]: async () => {},
  };
});
