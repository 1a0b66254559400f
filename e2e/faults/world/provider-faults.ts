import type { Fault, Faults, SandboxOperation } from '@cartograph/sandbox/payments/faults';
import type { Random } from '../random.ts';

/** What the payment provider does to a call at a bad time. */
const TROUBLES: readonly Fault[] = [
  { at: 'before', kind: 'error' },
  // Charged, and said that it was not.
  { at: 'after', kind: 'error' },
  { at: 'before', kind: 'hang' },
  // Charged, and never answered.
  { at: 'after', kind: 'hang' },
  { at: 'before', kind: 'delay', ms: 1_500 },
  { at: 'after', kind: 'delay', ms: 4_000 },
];

/** A payment provider that has bad times, and single calls that go wrong when they are told to. */
export function createProviderFaults(random: Random) {
  let share = 0;
  let counted = 0;
  const next: { readonly operation: SandboxOperation; readonly fault: Fault }[] = [];
  const faults: Faults = ({ operation }) => {
    const ordered = next.findIndex((one) => one.operation === operation);
    if (ordered >= 0) return next.splice(ordered, 1)[0]?.fault;
    // Looking a payment up has no effect to lose.
    if (share === 0 || !random.chance(operation === 'find' ? share / 4 : share)) return undefined;
    counted += 1;
    return random.pick(TROUBLES);
  };
  return {
    faults,
    /** `nextShare` of all calls go wrong from now on. */
    begin(nextShare: number) {
      share = nextShare;
    },
    end() {
      share = 0;
    },
    /** The next call of this kind goes wrong in this way. */
    once(operation: SandboxOperation, fault: Fault) {
      next.push({ operation, fault });
    },
    count: () => counted,
  };
}

export type ProviderFaults = ReturnType<typeof createProviderFaults>;
