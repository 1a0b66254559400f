import type { InvalidInputResolvers } from '../../generated/graphql.ts';

/** An outcome's `kind` is its GraphQL type. */
export const typeOf = { __resolveType: <Kind extends string>({ kind }: { readonly kind: Kind }) => kind };

export const InvalidInput: InvalidInputResolvers = {
  message: ({ issues }) => issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '),
};
