import { ANONYMOUS } from '@cartograph/kernel/viewer';
import { parse } from 'graphql';
import type { RouterContext } from '../../src/context.ts';
import { compileOperation } from '../../src/execution/compile.ts';
import type { CompiledOperation } from '../../src/execution/operation.ts';
import { loadSupergraph } from '../../src/supergraph/supergraph.ts';
import { admit, type Engine, perSupergraph } from './engine.ts';

const CONTEXT: RouterContext = { viewer: ANONYMOUS, requestId: 'test', deadline: Number.POSITIVE_INFINITY };

const loaded = perSupergraph((sdl) => ({
  supergraph: loadSupergraph(sdl),
  operations: new Map<string, CompiledOperation>(),
}));

/** What is under test: the router's own executor. */
export const compiledExecutor: Engine = {
  name: 'cartograph',
  async run({ sdl, query, operationName, variables, subgraphs }) {
    const { supergraph, operations } = loaded(sdl);
    admit(supergraph.apiSchema, query);
    const key = `${operationName ?? ''} ${query}`;
    const operation = operations.get(key) ?? compileOperation(supergraph, parse(query), operationName);
    operations.set(key, operation);
    const { data, errors } = await operation.execute({ variables, context: CONTEXT, subgraphs });
    return { data: JSON.parse(data), errors: JSON.parse(JSON.stringify(errors)) };
  },
};
