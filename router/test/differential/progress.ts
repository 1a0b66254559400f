import type { Tally } from './explore.ts';

/** Tells on a terminal in one line that is written over, elsewhere in a line every so often, how far a run is. */
export function tellProgress(cases: number, write: (text: string) => void, isTerminal: boolean) {
  const started = performance.now();
  let told = started;
  return ({ cases: done, supergraphs }: Tally): void => {
    const now = performance.now();
    if (done < cases && now - told < (isTerminal ? 200 : 15_000)) return;
    told = now;
    const perSecond = done / ((now - started) / 1000);
    const megabytes = Math.round(process.memoryUsage.rss() / 2 ** 20);
    const rate = `${perSecond.toFixed(1)} a second, ${leftFor((cases - done) / perSecond)} left`;
    const line = `${done} of ${cases} cases, ${supergraphs} supergraphs, ${rate}, ${megabytes} MB`;
    write(isTerminal ? `\r${line}  ` : `${line}\n`);
  };
}

function leftFor(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  return whole < 5_400 ? `${Math.round(whole / 60)} min` : `${(whole / 3_600).toFixed(1)} h`;
}
