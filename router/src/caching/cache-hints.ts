import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';

/** What one `@cacheControl` says. */
export interface CacheHint {
  /** In seconds. */
  readonly maxAge?: number;
  readonly scope?: 'PUBLIC' | 'PRIVATE';
  readonly inheritMaxAge: boolean;
}

/** Every `@cacheControl` of a supergraph. */
export interface CacheHints {
  ofType(type: string): CacheHint | undefined;
  ofField(type: string, field: string): CacheHint | undefined;
}

/** Read from the supergraph: the API schema that is made of it has lost what was said about its types. */
export function readCacheHints(supergraph: DocumentNode): CacheHints {
  const types = new Map<string, CacheHint>();
  const fields = new Map<string, CacheHint>();
  for (const node of supergraph.definitions) {
    if (!('directives' in node) || !('name' in node) || node.name === undefined) continue;
    const type = node.name.value;
    keep(types, type, node.directives);
    if (!('fields' in node)) continue;
    for (const field of node.fields ?? []) keep(fields, `${type}.${field.name.value}`, field.directives);
  }
  return { ofType: (type) => types.get(type), ofField: (type, field) => fields.get(`${type}.${field}`) };
}

function keep(hints: Map<string, CacheHint>, of: string, directives: readonly unknown[] | undefined): void {
  const nodes = (directives ?? []) as readonly ConstDirectiveNode[];
  const directive = nodes.find(({ name }) => name.value === 'cacheControl');
  if (directive && !hints.has(of)) hints.set(of, readHint(directive));
}

function readHint({ arguments: given = [] }: ConstDirectiveNode): CacheHint {
  const value = (name: string) => given.find((argument) => argument.name.value === name)?.value;
  const maxAge = value('maxAge');
  const scope = value('scope');
  const inherit = value('inheritMaxAge');
  return {
    ...(maxAge?.kind === Kind.INT && { maxAge: Number(maxAge.value) }),
    ...(scope?.kind === Kind.ENUM && { scope: scope.value === 'PUBLIC' ? 'PUBLIC' : 'PRIVATE' }),
    inheritMaxAge: inherit?.kind === Kind.BOOLEAN && inherit.value,
  };
}
