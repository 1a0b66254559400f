import { gunzipSync } from 'node:zlib';
import { createProviderCalls, lostConnection, NoAnswer } from '@cartograph/providers/calls';

/** What goes to and comes from signed addresses, which are another house: no token of ours belongs there. */
export function createDocuments(timeoutMs = 30_000) {
  const calls = createProviderCalls({ provider: 'Amazon’s document store', timeoutMs });

  const send = (url: string, init: RequestInit): Promise<Buffer> =>
    calls.run(true, async (signal) => {
      const response = await fetch(url, { ...init, signal }).catch((error: Error) => {
        throw lostConnection(error.cause instanceof Error ? error.cause : error);
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      if (response.status === 429 || response.status >= 500) throw new NoAnswer(`HTTP ${response.status}`);
      if (!response.ok) throw new Error(`Amazon’s document store answered ${response.status}`);
      return bytes;
    });

  return {
    put: async (url: string, contentType: string, text: string): Promise<void> => {
      await send(url, { method: 'PUT', headers: { 'content-type': contentType }, body: text });
    },
    async read(url: string, isCompressed: boolean): Promise<string> {
      const bytes = await send(url, {});
      return (isCompressed ? gunzipSync(bytes) : bytes).toString('utf8');
    },
  };
}
