import { isOver, type Label, type Ledger, nextStatus, type TrackerEvent } from './ledger.ts';

/** Moves every parcel one step each `everyMs`, counted from its label. */
export function createTempo(ledger: Ledger, everyMs: number, tell: (event: TrackerEvent) => void) {
  const timers = new Map<string, NodeJS.Timeout>();

  function plan(label: Label): void {
    if (everyMs <= 0 || timers.has(label.id)) return;
    const timer = setTimeout(() => {
      timers.delete(label.id);
      const status = ledger.statusOf(label);
      if (ledger.isVoided(label) || isOver(status)) return;
      tell(ledger.record(label, nextStatus(status)));
      plan(label);
    }, everyMs);
    timers.set(label.id, timer.unref());
  }
  return {
    plan,
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
