import { Unavailable } from '@cartograph/kernel/errors';
import { describeCrm } from './crm.contract.ts';
import { describeMarketing } from './marketing.contract.ts';
import { createMemoryCrm, createMemoryMarketing } from './memory-receivers.ts';

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
    limit: () => trouble.add({ error: tooMuch() }),
    refuse(email) {
      refused.clear();
      if (email) refused.add(email);
    },
    [Symbol.asyncDispose]: async () => {},
  };
});

describeMarketing('in memory', async () => {
  const { tool, profiles, events, log, trouble, refused } = createMemoryMarketing();
  return {
    tool,
    profiles: () => new Map([...profiles].map(([id, { agreed }]) => [id, agreed.includes('MARKETING')])),
    placed: () => [...events.values()].filter(({ kind }) => kind === 'ORDER_PLACED').length,
    traffic: () => log.join('\n'),
    lose: (at) => trouble.add({ at }),
    limit: () => trouble.add({ error: tooMuch() }),
    refuse(email) {
      refused.clear();
      if (email) refused.add(email);
    },
    [Symbol.asyncDispose]: async () => {},
  };
});

const tooMuch = () =>
  new Unavailable('memory', { cause: Object.assign(new Error('HTTP 429'), { retryAfterMs: 7_200_000 }) });
