const AT_ONCE = 5;

/** A few at once: a limit makes all others wait anyhow. */
export async function inTurn<T, Done>(all: readonly T[], work: (one: T) => Promise<Done>): Promise<Done[]> {
  const done: Done[] = [];
  for (let start = 0; start < all.length; start += AT_ONCE)
    done.push(...(await Promise.all(all.slice(start, start + AT_ONCE).map(work))));
  return done;
}
