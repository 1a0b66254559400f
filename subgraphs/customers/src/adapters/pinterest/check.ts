import { createHash } from 'node:crypto';
import { createPinterestClient, type PinterestSettings } from './client.ts';

/** A conversion token may read nothing. It may send an event that says of itself that it is a test. */
export async function checkPinterest(settings: PinterestSettings): Promise<string> {
  const client = createPinterestClient(settings);
  const nobody = createHash('sha256').update('nobody@example.com').digest('hex');
  try {
    await client.sendEvent(
      {
        event_name: 'checkout',
        action_source: 'web',
        event_time: Math.floor(Date.now() / 1000),
        event_id: 'connection-test',
        user_data: { em: [nobody], external_id: [nobody] },
        custom_data: { currency: 'EUR', value: '0.00' },
      },
      { isTest: true },
    );
    return 'the token may send events';
  } finally {
    await client.close();
  }
}
