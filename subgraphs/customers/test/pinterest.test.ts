import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { createPinterest } from '../src/adapters/pinterest/marketing.ts';
import { isRefusedData } from '../src/domain/sync.ts';
import { describeMarketing } from './marketing.contract.ts';
import { hashOf, openPinterestDouble, PINTEREST } from './pinterest-double.ts';
import { ADA, ADAS_ORDER } from './synced-customer.ts';

async function open(options = {}) {
  const double = await openPinterestDouble(options);
  const tool = createPinterest({ url: double.apiUrl, ...PINTEREST, timeoutMs: 1_000 });
  return {
    ...{ double, tool },
    async [Symbol.asyncDispose]() {
      await tool.close();
      await double[Symbol.asyncDispose]();
    },
  };
}

const PLACED = { id: 'e', kind: 'ORDER_PLACED', order: ADAS_ORDER, occurredAt: new Date(1e12) } as const;

if (hasContracts())
  describeMarketing('Pinterest', async () => {
    const { tool, double } = await open();
    return {
      tool,
      profiles: () => null,
      placed: () => double.events.size,
      traffic: () => double.calls.map(({ text }) => text).join('\n'),
      // It repeats once more than other adapters do.
      lose: (at, times = 1) => double.faults.add({ at, does: 'cut', times: times + 1 }),
      limit: () => {
        const body = { code: 8, message: 'too many' };
        double.faults.add({ at: 'before', does: { status: 429, headers: { 'retry-after': '7200' }, body } });
      },
      refuse(email) {
        double.refusedEmails.clear();
        if (email) double.refusedEmails.add(email);
      },
      [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
    };
  });

describe.runIf(hasContracts())('Pinterest', () => {
  it('hears what was bought, and of the buyer only hashes', async () => {
    await using pinterest = await open();
    await pinterest.tool.record(PLACED, ADA);
    await pinterest.tool.record({ ...PLACED, id: 'f', kind: 'ORDER_DELIVERED' }, ADA);
    expect([...pinterest.double.events.values()]).toMatchObject([
      {
        ...{ event_id: 'e', event_name: 'checkout', event_time: 1_000_000_000, language: 'de', opt_out: false },
        user_data: { em: [hashOf('ada@example.com')], external_id: [hashOf(ADA.id)] },
        custom_data: { currency: 'EUR', value: '39.98', order_id: '1001', num_items: 2, content_ids: ['TEA'] },
      },
    ]);
    expect(pinterest.double.calls.map(({ text }) => text).join()).not.toMatch(/ada@|Lovelace|\+49/i);
  });

  it('refuses an event inside of an answer that is fine: a dead letter', async () => {
    await using pinterest = await open({ refusesOld: true });
    const error = await pinterest.tool.record(PLACED, ADA).catch((reason: unknown) => reason);
    expect(isRefusedData(error)).toBe(true);
    expect(String(error)).toMatch(/too old/);
  });

  it('is asked again for a day when it refuses our token: that is no fault of the data', async () => {
    await using pinterest = await open();
    const tool = createPinterest({ url: pinterest.double.apiUrl, ...PINTEREST, accessToken: 'wrong' });
    const error = await tool.record(PLACED, ADA).catch((reason: unknown) => reason);
    await tool.close();
    expect(String(error)).toMatch(/pinterest refuses our access with HTTP 401/);
    expect(isRefusedData(error)).toBe(false);
  });
});
