import { parse, stripIgnoredCharacters } from 'graphql';
import { z } from 'zod';

export const MANIFEST_FORMAT = 'apollo-persisted-query-manifest';

/** Apollo's format, so that the tools of Apollo's clients write and read it. */
const shape = z.object({
  format: z.literal(MANIFEST_FORMAT, { error: `must be "${MANIFEST_FORMAT}"` }),
  version: z.literal(1, { error: 'must be 1' }),
  operations: z.array(
    z.object({
      id: z.string().min(1),
      name: z.string(),
      type: z.enum(['query', 'mutation', 'subscription']),
      body: z.string().min(1),
    }),
  ),
});

export type ManifestFile = z.output<typeof shape>;

/** The operations that clients are known to send. */
export interface Manifest {
  readonly size: number;
  /** The document of an id. */
  byId(id: string): string | undefined;
  /** The same document as it stands in the manifest: layout and comments do not make another. */
  byBody(body: string): string | undefined;
}

/** How much longer than the longest operation of the manifest a document may be and still be looked through. */
const LAYOUT = 4;

/** Throws with what is wrong, and where. */
export function readManifest(text: string): Manifest {
  const { operations } = parseManifest(text);
  const byId = new Map<string, string>();
  const byBody = new Map<string, string>();
  let longest = 0;
  for (const [index, { id, name, body }] of operations.entries()) {
    const where = `operations[${index}] (${name})`;
    if (byId.has(id) && byId.get(id) !== body) throw new Error(`${where}: its id is that of another operation`);
    try {
      parse(body);
    } catch (cause) {
      throw new Error(`${where}: its body is not GraphQL: ${(cause as Error).message}`, { cause });
    }
    byId.set(id, body);
    byBody.set(body, body);
    byBody.set(stripIgnoredCharacters(body), body);
    longest = Math.max(longest, body.length);
  }
  return {
    size: byId.size,
    byId: (id) => byId.get(id),
    byBody(body) {
      const exact = byBody.get(body);
      if (exact !== undefined || body.length > LAYOUT * longest) return exact;
      return byBody.get(stripped(body));
    },
  };
}

function parseManifest(text: string): ManifestFile {
  const result = shape.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${issue?.path.join('.') || 'the manifest'}: ${issue?.message}`);
}

/** What is not even made of GraphQL's words is nobody's operation. */
function stripped(body: string): string {
  try {
    return stripIgnoredCharacters(body);
  } catch {
    return '';
  }
}
