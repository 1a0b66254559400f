import { Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, graphql, isObjectType } from 'graphql';
import { composeSupergraph } from './compose.ts';
import type { Workload } from './workload.ts';

/** What each request must be answered with: graphql-js on one schema with everybody's resolvers, no router involved. */
export async function referenceAnswers(workload: Workload): Promise<Readonly<Record<string, unknown>>> {
  const schema = Supergraph.build(composeSupergraph(workload, {})).apiSchema().toGraphQLJSSchema();
  attachResolvers(schema, workload);
  const answers = Object.entries(workload.requests).map(async ([name, { query, variables, operationName }]) => {
    const { data, errors } = await graphql({ schema, source: query, variableValues: variables, operationName });
    if (errors) throw new Error(`${workload.name}: the reference answer has errors: ${errors[0]?.message}`);
    return [name, JSON.parse(JSON.stringify(data))] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}

function attachResolvers(schema: GraphQLSchema, { subgraphs }: Workload) {
  for (const { resolvers } of subgraphs)
    for (const [typeName, fields] of Object.entries(resolvers)) {
      const type = schema.getType(typeName);
      for (const [name, resolve] of Object.entries(fields)) {
        const field = isObjectType(type) && type.getFields()[name];
        if (field) field.resolve = resolve;
      }
    }
}
