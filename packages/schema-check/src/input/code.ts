// Operations that client code carries in tagged templates.

export const isCode = (file: string): boolean => /\.(?:[cm]?[jt]sx?|vue|svelte)$/.test(file) && !file.endsWith('.d.ts');

const TEMPLATE = /(?:\b(?:gql|graphql)\s*\(?\s*|\/\*\s*GraphQL\s*\*\/\s*)`((?:[^`\\]|\\.)*)`/g;

export interface Template {
  readonly body: string;
  readonly line: number;
}

/** `gql`…``, `graphql(`…`)` and the like. An interpolated fragment is found by its name, so its place stays empty. */
export function templatesIn(code: string): readonly Template[] {
  return [...code.matchAll(TEMPLATE)].flatMap((match) => {
    const [whole, body = ''] = match;
    const line = code.slice(0, match.index + whole.length - body.length - 1).split('\n').length;
    const bare = body.replace(/\$\{[^}]*\}/g, '');
    // A schema in a template (a test's, a subgraph's) is no operation.
    return /^\s*(?:#.*\s*)*(?:query|mutation|subscription|fragment|\{)/.test(bare) ? [{ body: bare, line }] : [];
  });
}
