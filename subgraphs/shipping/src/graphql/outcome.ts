/** An outcome's `kind` is its GraphQL type. */
export const typeOf = { __resolveType: <Kind extends string>({ kind }: { readonly kind: Kind }) => kind };
