import { createEasyPostClient, type EasyPostClientOptions } from './client.ts';

/** Asks for a parcel that nobody sends. */
export async function checkEasyPost(options: EasyPostClientOptions): Promise<string> {
  await createEasyPostClient(options).ask(true, ({ Tracker }) => Tracker.all({ tracking_code: 'NONE' }));
  return 'the key may read parcels';
}
