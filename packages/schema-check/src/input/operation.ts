import { createHash } from 'node:crypto';
import { type DocumentNode, print, visit } from 'graphql';

export interface ClientUse {
  readonly client: string;
  readonly version: string | undefined;
  readonly count: number;
  /** ISO 8601, or undefined when nobody recorded it. */
  readonly lastSeen: string | undefined;
}

/** An operation that some client is known to send. */
export interface Operation {
  /** Depends on the text alone, so that documents, manifest and usage log agree on who is who. */
  readonly id: string;
  readonly name: string;
  readonly body: string;
  readonly document: DocumentNode;
  /** Where it was found, `file:line`. */
  readonly place: string;
  readonly uses: readonly ClientUse[];
}

const HIDDEN = { StringValue: '', IntValue: '0', FloatValue: '0' } as const;

/**
 * Layout, comments and the order of fragments do not make another operation, nor do strings and numbers in it: a
 * usage log hides them, for they may be somebody's data.
 */
export function operationId(document: DocumentNode): string {
  const hidden = visit(document, {
    StringValue: (node) => ({ ...node, block: false, value: HIDDEN.StringValue }),
    IntValue: (node) => ({ ...node, value: HIDDEN.IntValue }),
    FloatValue: (node) => ({ ...node, value: HIDDEN.FloatValue }),
  });
  return createHash('sha256').update(hidden.definitions.map(print).sort().join('\n')).digest('hex').slice(0, 12);
}

export const countOf = ({ uses }: Operation): number => uses.reduce((sum, { count }) => sum + count, 0);

export const clientLabel = ({ client, version }: ClientUse): string => (version ? `${client}@${version}` : client);

/** One operation per text: what documents and logs know of it is put together. */
export function mergeOperations(all: readonly Operation[]): readonly Operation[] {
  const byId = new Map<string, Operation>();
  for (const operation of all) {
    const known = byId.get(operation.id);
    byId.set(operation.id, known ? { ...known, uses: mergeUses([...known.uses, ...operation.uses]) } : operation);
  }
  return [...byId.values()];
}

function mergeUses(uses: readonly ClientUse[]): readonly ClientUse[] {
  const byClient = new Map<string, ClientUse>();
  for (const use of uses) {
    const label = clientLabel(use);
    const known = byClient.get(label);
    const lastSeen = [known?.lastSeen, use.lastSeen]
      .filter((at) => at !== undefined)
      .sort()
      .at(-1);
    byClient.set(label, { ...use, count: (known?.count ?? 0) + use.count, lastSeen });
  }
  return [...byClient.values()];
}
