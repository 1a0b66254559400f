import type { QueueSettings } from './queue.ts';

/** Asks after a queue as well, where there is one; its library is loaded first. */
export async function askingQueue(
  ask: () => Promise<string>,
  settings?: QueueSettings,
): Promise<() => Promise<string>> {
  if (!settings) return ask;
  const { openQueue } = await import('./queue.ts');
  return async () => {
    const learnt = await ask();
    const queue = openQueue(settings);
    try {
      return `${learnt}, and ${await queue.size()} messages are in its queue`;
    } catch (cause) {
      throw new Error(`its queue: ${(cause as Error).message}`, { cause });
    } finally {
      queue.close();
    }
  };
}
