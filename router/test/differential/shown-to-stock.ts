import { parse } from 'graphql';
import type { SentBody } from '../federation/in-memory-subgraph.ts';
import { fittingAnswer } from './fitting-answer.ts';
import type { Graph } from './graph.ts';

type Through = (subgraph: string, body: SentBody, answer: unknown) => unknown;

/**
 * What Apollo's gateway is shown of an answer, so that it can be compared with where subgraphs fail: without its two known
 * mistakes it does what is meant to be done. `fits`: what is not of its type is null.
 */
export const shownToStock =
  ({ subgraphs }: Graph, fits: boolean): Through =>
  (subgraph, { query }, answer) => {
    const facts = subgraphs.get(subgraph);
    if (!facts) return answer;
    const own = withoutInterfaceNames(facts.objectInterfaces, answer as Answer);
    return fits ? fittingAnswer(facts.schema, facts.objectInterfaces, parse(query), own) : own;
  };

interface Answer {
  readonly data?: unknown;
}

/**
 * A subgraph that knows an interface as an object calls its entities by the interface's name. The gateway takes that for the
 * type of what it knew by its true one, and unlearns it.
 */
function withoutInterfaceNames(interfaces: ReadonlySet<string>, answer: Answer): Answer {
  const { _entities: entities, ...data } = (answer.data ?? {}) as { readonly _entities?: unknown };
  if (interfaces.size === 0 || !Array.isArray(entities)) return answer;
  return { ...answer, data: { ...data, _entities: entities.map((one) => withoutName(interfaces, one)) } };
}

function withoutName(interfaces: ReadonlySet<string>, entity: unknown): unknown {
  if (typeof entity !== 'object' || entity === null) return entity;
  const { __typename, ...fields } = entity as { readonly __typename?: unknown };
  return typeof __typename === 'string' && interfaces.has(__typename) ? fields : entity;
}
