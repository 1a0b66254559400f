export interface Start {
  readonly workload: string;
  readonly supergraphFile: string;
  readonly port: number;
  readonly urls: Readonly<Record<string, string>>;
  /** A folder of this run, for what a contender wants to keep. */
  readonly folder: string;
}

/** One process to be measured. All are started by the same Node, each as its project starts it. */
export interface Contender {
  readonly id: string;
  readonly label: string;
  readonly kind: 'ours' | 'stock' | 'peer' | 'hand-written';
  /** Which table it stands in: what everybody does alike, or one thing that is switched. */
  readonly table: 'main' | 'shared' | 'overhead';
  command(start: Start): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };
}
