import fc from 'fast-check';
import { CompositionFailed } from '../federation/compose.ts';
import { Dice } from './dice.ts';
import { type Fault, generateFaults } from './faults.ts';
import { generateGraph } from './generate-graph.ts';
import { generateOperation, type Operation } from './generate-operation.ts';
import { type Graph, openGraph } from './graph.ts';
import { type Case, smaller } from './shrink.ts';

/** One supergraph with many operations on it: planning and composing are what costs. */
export interface Batch {
  readonly sdls: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly runs: readonly { readonly operation: Operation; readonly faults: readonly Fault[] }[];
}

export const casesOf = ({ sdls, seed, runs }: Batch): Case[] => runs.map((run) => ({ sdls, seed, ...run }));

/**
 * Batches drawn from the generators. A failing one shrinks by parts that mean something: to the case that failed, then by
 * faults, selections, and definitions of the subgraphs.
 */
export class BatchArbitrary extends fc.Arbitrary<Batch> {
  readonly #operations: number;
  /** The case of a batch that failed, as the property has found. */
  readonly failed = new WeakMap<Batch, Case>();
  /** In which way. */
  failedAs: string | undefined;
  readonly #deadline: () => number;
  #shrinkUntil = Number.POSITIVE_INFINITY;

  constructor(operations: number, shrinkMs: number) {
    super();
    this.#operations = operations;
    this.#deadline = () => performance.now() + shrinkMs;
  }

  generate(random: fc.Random): fc.Value<Batch> {
    const dice = new Dice(random);
    const { sdls, graph } = composable(dice);
    const runs = Array.from({ length: this.#operations }, () => generateOperation(dice, graph.apiSchema)).flatMap(
      (operation) => [
        { operation, faults: [] },
        { operation, faults: generateFaults(dice, graph) },
      ],
    );
    return new fc.Value({ sdls, seed: dice.between(0, 1_000_000), runs }, undefined);
  }

  canShrinkWithoutContext(_value: unknown): _value is Batch {
    return false;
  }

  shrink(batch: Batch): fc.Stream<fc.Value<Batch>> {
    return new fc.Stream(this.#smaller(batch)).map((one) => new fc.Value(one, undefined));
  }

  *#smaller(batch: Batch): IterableIterator<Batch> {
    const failed = this.failed.get(batch);
    if (!failed) return;
    if (this.#shrinkUntil === Number.POSITIVE_INFINITY) this.#shrinkUntil = this.#deadline();
    if (batch.runs.length > 1) yield asBatch(failed);
    else
      for (const one of smaller(failed)) {
        if (performance.now() > this.#shrinkUntil) return;
        yield asBatch(one);
      }
  }
}

const asBatch = ({ sdls, seed, operation, faults }: Case): Batch => ({ sdls, seed, runs: [{ operation, faults }] });

function composable(dice: Dice): { sdls: Record<string, string>; graph: Graph } {
  for (;;) {
    const sdls = generateGraph(dice);
    const graph = graphOf(sdls);
    if (graph) return { sdls, graph };
  }
}

const opened = new Map<string, Graph | null>();

/** Null for SDLs that do not compose, as happens to some that are generated and many that are cut down. */
export function graphOf(sdls: Readonly<Record<string, string>>): Graph | null {
  const key = JSON.stringify(sdls);
  const known = opened.get(key);
  if (known !== undefined) return known;
  let graph: Graph | null = null;
  try {
    graph = openGraph(sdls);
  } catch (error) {
    if (!(error instanceof CompositionFailed) && (error as Error).name !== 'GraphQLError') throw error;
  }
  if (opened.size > 8) opened.clear();
  opened.set(key, graph);
  return graph;
}
