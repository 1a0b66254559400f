import { readFileSync } from 'node:fs';

/** The repository's folders, found from here so that no process depends on where it was started. */
export const ROOT = new URL('../../../', import.meta.url);

/** The contract of one subgraph. */
export const loadSdl = (subgraph: string): string => readFileSync(new URL(`schema/${subgraph}.graphql`, ROOT), 'utf8');
