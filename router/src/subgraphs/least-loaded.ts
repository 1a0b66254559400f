import type { Replica } from './replica.ts';

/** Whom to ask next; null when no replica takes calls. */
export type ChooseReplica = (avoid: Replica | null) => Replica | null;

/** The replica with the least to do; equals take turns. The one to avoid is taken when there is no other. */
export function leastLoaded(replicas: readonly Replica[]): ChooseReplica {
  let turn = 0;
  return (avoid) => {
    turn = (turn + 1) % replicas.length;
    let best: Replica | null = null;
    for (let index = 0; index < replicas.length; index += 1) {
      const replica = replicas[(turn + index) % replicas.length] as Replica;
      if (!replica.breaker.admits) continue;
      if (best === null || (replica !== avoid && (best === avoid || replica.load < best.load))) best = replica;
    }
    return best;
  };
}
