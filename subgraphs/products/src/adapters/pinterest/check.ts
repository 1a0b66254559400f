import { createPinterestClient, type PinterestOptions } from './client.ts';

/** Reads one feed, if there is any. */
export async function checkPinterest(options: PinterestOptions): Promise<string> {
  const client = createPinterestClient(options);
  try {
    await client.feeds(1).next();
    return 'the app may read its feeds';
  } finally {
    await client.close();
  }
}
