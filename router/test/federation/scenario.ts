import type { Resolvers } from './in-memory-subgraph.ts';

export interface Case {
  /** What is shown, as a fact. */
  readonly it: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The keys in the order in which they must be written. */
  readonly data: unknown;
  /** Where an error is expected, as `a.0.b`; an empty text is an error without a place. None unless named. */
  readonly errors?: readonly string[];
  /** The requests by subgraph in the order in which they are sent, where the order is what matters. */
  readonly asks?: readonly string[];
  /** What Apollo's own gateway answers, where it is wrong, and by which rule. */
  readonly stock?: { readonly data?: unknown; readonly errors?: readonly string[]; readonly why: string };
}

export interface Scenario {
  readonly name: string;
  readonly subgraphs: Readonly<Record<string, { readonly sdl: string; readonly resolvers: Resolvers }>>;
  /** What resolvers get as their context: fresh for each case, for subgraphs that remember. */
  readonly state?: () => unknown;
  /** Why Apollo's own gateway does not even load this, or plan it. */
  readonly stockCannot?: string;
  /** Why the second composer does not compose this. */
  readonly secondComposerCannot?: string;
  readonly cases: readonly Case[];
}

/** An operation that the public schema must not admit. */
export const INADMISSIBLE = 'inadmissible';

/** Finds a row by one of its fields. */
export const by =
  <T extends Record<string, unknown>>(rows: readonly T[], field: keyof T & string) =>
  (reference: Record<string, unknown>): T | null =>
    rows.find((row) => row[field] === reference[field]) ?? null;
