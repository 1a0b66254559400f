import type { ErrorCode } from '@cartograph/kernel/errors';
import { ERROR_CODES } from '@cartograph/kernel/errors';
import type { Logger } from '@cartograph/runtime/logger';
import type { Refused } from '../http/refused.ts';
import { type AutomaticOperations, sha256 } from './automatic.ts';
import type { Manifest } from './manifest.ts';

/** How much the manifest decides: nothing; what has an id there; everything. */
export type Safelist = 'off' | 'prefer' | 'only';

/** The part of a request that says which document is meant, as JSON carried it. */
export interface DocumentReference {
  readonly query?: unknown;
  readonly extensions?: unknown;
}

export interface ResolvedDocument {
  readonly document: string;
  /** Set where the caller introduces the document: hand both to `admitted` once it has proved valid. */
  readonly hash: string | null;
}

export interface PersistedOperations {
  /** The document that is meant, or why there is none. A promise only where the other routers have to be asked. */
  resolve(reference: DocumentReference): ResolvedDocument | Refused | Promise<ResolvedDocument | Refused>;
  /** The document was executed: from now on its hash is enough. */
  admitted(resolved: ResolvedDocument): void;
}

export interface PersistedOptions {
  readonly safelist: Safelist;
  /** The manifest of this moment: its file is followed. */
  readonly manifest: () => Manifest;
  /** Absent where clients may not register documents. */
  readonly automatic?: AutomaticOperations;
  readonly logger: Logger;
}

const SHA256 = /^[0-9a-f]{64}$/;
/** Ids of a manifest are up to its maker; longer ones are no ids. */
const MAX_ID_LENGTH = 512;
/** Unknown documents that are written to the log once each, until the router starts again. */
const MAX_LOGGED = 1_000;

/** As Apollo's clients know it: 200, for this is not an error but a question. */
const NOT_FOUND = refused(200, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
const NOT_SUPPORTED = refused(200, 'PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
const NOT_IN_LIST = refused(404, 'PERSISTED_QUERY_NOT_IN_LIST');
const NOT_IN_SAFELIST = refused(403, 'QUERY_NOT_IN_SAFELIST');
const NOTHING = refused(400, 'BAD_REQUEST', 'Send a "query", or the hash of one in "extensions.persistedQuery".');
const NOT_A_TEXT = refused(400, 'BAD_REQUEST', '"query" must be a text.');
const MALFORMED = refused(400, 'BAD_REQUEST', '"extensions.persistedQuery" must be {"version":1,"sha256Hash":"…"}.');
const MISMATCH = refused(400, 'BAD_REQUEST', 'The sha256Hash is not that of the query.');

/**
 * Finds the document of a request. Apollo Server can do a part of it; but it takes anything for a hash, tells a wrong one
 * as a defect of ours, and knows no list beyond which nothing is executed.
 */
export function createPersistedOperations(options: PersistedOptions): PersistedOperations {
  const { safelist, manifest, automatic } = options;
  const note = createNote(options.logger);

  function byId(id: string): ResolvedDocument | Refused | Promise<ResolvedDocument | Refused> {
    const listed = safelist === 'off' ? undefined : manifest().byId(id);
    if (listed !== undefined) return { document: listed, hash: null };
    if (safelist === 'only') return NOT_IN_LIST;
    if (!automatic) return NOT_SUPPORTED;
    if (!SHA256.test(id)) return safelist === 'off' ? MALFORMED : NOT_IN_LIST;
    const found = automatic.find(id);
    return found instanceof Promise ? found.then(known) : known(found);
  }

  function byBody(document: string, id: string | null): ResolvedDocument | Refused {
    if (safelist !== 'off') {
      const listed = manifest().byBody(document);
      if (listed !== undefined) return { document: listed, hash: null };
      if (safelist === 'only') return NOT_IN_SAFELIST;
      note(document);
    }
    if (id === null || !automatic) return { document, hash: null };
    if (!SHA256.test(id)) return MALFORMED;
    return sha256(document) === id ? { document, hash: id } : MISMATCH;
  }

  return {
    resolve({ query, extensions }) {
      const id = idIn(extensions);
      if (id !== null && typeof id !== 'string') return id;
      if (query === undefined || query === null || query === '') return id === null ? NOTHING : byId(id);
      return typeof query === 'string' ? byBody(query, id) : NOT_A_TEXT;
    },
    admitted({ hash, document }) {
      if (hash !== null) automatic?.remember(hash, document);
    },
  };
}

const known = (document: string | undefined): ResolvedDocument | Refused =>
  document === undefined ? NOT_FOUND : { document, hash: null };

function idIn(extensions: unknown): string | null | Refused {
  if (typeof extensions !== 'object' || extensions === null || !Object.hasOwn(extensions, 'persistedQuery'))
    return null;
  const { persistedQuery } = extensions as { readonly persistedQuery: unknown };
  if (typeof persistedQuery !== 'object' || persistedQuery === null) return MALFORMED;
  const { version, sha256Hash } = persistedQuery as { readonly version?: unknown; readonly sha256Hash?: unknown };
  if (version !== 1 || typeof sha256Hash !== 'string' || sha256Hash.length > MAX_ID_LENGTH) return MALFORMED;
  return sha256Hash;
}

/** What would be refused if only the list counted: once each, by hash, for a document may hold somebody's data. */
function createNote(logger: Logger) {
  const noted = new Set<string>();
  return (document: string) => {
    if (noted.size >= MAX_LOGGED) return;
    const hash = sha256(document);
    if (noted.has(hash)) return;
    noted.add(hash);
    const [, operation = null] = /\b(?:query|mutation)\s+(\w{1,100})/.exec(document) ?? [];
    logger.warn({ hash, operation }, 'an operation that is not in the manifest');
  };
}

function refused(status: number, code: ErrorCode, message: string = ERROR_CODES[code]): Refused {
  return { status, code, message, headers: {} };
}

export const isRefused = (resolved: ResolvedDocument | Refused): resolved is Refused => 'status' in resolved;
