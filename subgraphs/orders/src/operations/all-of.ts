/** Waits for all of them, so that one that fails keeps no other from its end; then throws what failed. */
export async function allOf(works: readonly Promise<unknown>[], message: string): Promise<void> {
  const failed = (await Promise.allSettled(works)).flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (failed.length > 0) throw new AggregateError(failed, message);
}
