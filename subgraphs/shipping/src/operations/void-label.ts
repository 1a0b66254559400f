import type { Ports } from '../ports.ts';

/** Gives a label back to its carrier. A carrier that refuses is not asked again: the shipment shows why. */
export const voidLabel =
  ({ labels, carriers, clock }: Pick<Ports, 'labels' | 'carriers' | 'clock'>) =>
  async (id: string): Promise<void> => {
    const label = await labels.toVoid(id);
    if (!label) return;
    const carrier = carriers.get(label.carrier);
    if (!carrier) throw new Error(`no carrier ${label.carrier} is set up, so its label ${id} cannot be voided`);
    const outcome = await carrier.voidLabel(label.reference);
    if (outcome.kind === 'voided') await labels.voided(id, clock());
    else await labels.voidRefused(id, `The carrier does not take back label ${label.reference}: ${outcome.reason}`);
  };
