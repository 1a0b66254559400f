import { createHash } from 'node:crypto';

/** Only what is breaking and not approved refuses a change. */
export type Level = 'breaking' | 'approved' | 'warning' | 'info';

export interface Hit {
  readonly id: string;
  readonly name: string;
  readonly place: string;
  readonly clients: readonly string[];
  readonly count: number;
  readonly lastSeen: string | undefined;
}

export interface ApprovalEntry {
  readonly id: string;
  readonly who: string;
  readonly until: string;
  readonly why: string;
}

export interface Finding {
  /** The same as long as the same rule speaks of the same coordinate. */
  readonly id: string;
  readonly rule: string;
  readonly level: Level;
  readonly coordinate: string;
  /** The contract variant in which it was found; undefined for the whole graph. */
  readonly contract: string | undefined;
  readonly subgraph: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly operations: readonly Hit[];
  readonly clients: readonly string[];
  readonly reason: string;
  readonly fix: string;
  /** What to put into the approvals file to let it pass; only breaking findings need one. */
  readonly approval: ApprovalEntry | undefined;
}

/** A finding before it has an id, a place and, perhaps, an approval. */
export interface Draft {
  readonly rule: string;
  readonly level: Exclude<Level, 'approved'>;
  readonly coordinate: string;
  readonly contract?: string;
  readonly place?: {
    readonly subgraph?: string | undefined;
    readonly file?: string | undefined;
    readonly line?: number | undefined;
  };
  readonly operations?: readonly Hit[];
  readonly reason: string;
  readonly fix: string;
}

export const findingId = ({ rule, coordinate, contract }: Pick<Draft, 'rule' | 'coordinate' | 'contract'>): string =>
  createHash('sha256')
    .update([rule, coordinate, contract ?? ''].join('\0'))
    .digest('hex')
    .slice(0, 10);

const ORDER: readonly Level[] = ['breaking', 'approved', 'warning', 'info'];

export const bySeverity = (a: Finding, b: Finding): number =>
  ORDER.indexOf(a.level) - ORDER.indexOf(b.level) ||
  a.rule.localeCompare(b.rule) ||
  a.coordinate.localeCompare(b.coordinate);
