import { createUpsClient, type UpsClientOptions, UpsRefusal } from './client.ts';

/** Asks for a parcel that nobody sends: what UPS knows nothing of, it has understood. */
export async function checkUps(options: UpsClientOptions): Promise<string> {
  const client = createUpsClient(options);
  try {
    await client.send({ method: 'GET', path: '/track/v1/details/1Z0000000000000000', mayRepeat: true });
  } catch (error) {
    if (!(error instanceof UpsRefusal) || error.status === 401 || error.status === 403) throw error;
  } finally {
    await client.close();
  }
  return 'the keys are known';
}
