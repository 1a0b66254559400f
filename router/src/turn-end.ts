/** Something that waits to be written to a socket. */
export interface Pending {
  /** Writes it. May not throw: others wait behind it. */
  flush(): void;
}

let pending: Pending[] = [];

/**
 * Has it written at the end of this turn of the event loop, when everything that had arrived has been worked off. What goes to
 * one process then goes there in one go and wakes it once, and it finds several requests to read where it would have found
 * one: half of a light query's cost was in writes, and most of that in waking whoever reads. Nobody waits for a further turn.
 */
export function atTurnEnd(one: Pending): void {
  if (pending.push(one) === 1) setImmediate(writePending);
}

/** Lets out what waits already: before work that takes so long that others should not wait for its end. */
export function writePending(): void {
  const all = pending;
  pending = [];
  for (const one of all) one.flush();
}
