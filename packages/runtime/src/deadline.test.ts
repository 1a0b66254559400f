import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { withDeadline } from './deadline.ts';

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('work that takes too long is aborted with a TimeoutError', async () => {
  await expect(withDeadline(5, untilAborted)).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('work that is done in time gives its result, and its signal is never aborted', async () => {
  let kept: AbortSignal | undefined;
  const result = await withDeadline(5, async (signal) => {
    kept = signal;
    return 'done';
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(result).toBe('done');
  expect(kept?.aborted).toBe(false);
  expect(kept && getEventListeners(kept, 'abort')).toEqual([]);
});

test('work that fails fails with its own error', async () => {
  await expect(withDeadline(1000, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});
