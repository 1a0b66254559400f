/** An outcome as GraphQL knows it: `kind` is the name of the type. */
export type Result<Outcome> = Outcome extends { readonly kind: infer Kind }
  ? Omit<Outcome, 'kind'> & { readonly __typename: Kind }
  : never;

export async function toResult<Outcome extends { readonly kind: string }>(
  outcome: Promise<Outcome>,
): Promise<Result<Outcome>> {
  const { kind, ...rest } = await outcome;
  return { __typename: kind, ...rest } as unknown as Result<Outcome>;
}
