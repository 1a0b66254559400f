const works = new Set<() => void>();

// One listener for all: a shop has more parts than Node takes for no leak.
process.once('exit', () => {
  for (const work of works) work();
});

/** Does this when the process ends, as for what would outlive it. Gives how to take it back. */
export function atEnd(work: () => void): () => void {
  works.add(work);
  return () => void works.delete(work);
}

/** For programs: Ctrl-C ends them as the end of their work does, which a signal alone does not. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
}
