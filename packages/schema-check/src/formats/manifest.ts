import { createHash } from 'node:crypto';
import { type DocumentNode, Kind } from 'graphql';

/** Apollo's persisted-query manifest, version 1. The id is what Apollo's clients compute: SHA-256 of the text. */
export function renderManifest(
  operations: readonly { readonly name: string; readonly body: string; readonly document: DocumentNode }[],
): string {
  const entries = operations.map(({ name, body, document }) => ({
    id: createHash('sha256').update(body).digest('hex'),
    name,
    type: document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)?.operation ?? 'query',
    body,
  }));
  return JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations: entries }, null, 2);
}
