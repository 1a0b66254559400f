// Composes schema/supergraph.graphql from supergraph.yaml. With --check only compares, for CI.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { ROOT } from '@cartograph/runtime/sdl';
import { parse } from 'graphql';
import { readSupergraphConfig } from './supergraph-config.ts';

const OUTPUT = new URL('schema/supergraph.graphql', ROOT);

/** The composed supergraph's SDL. Throws with every composition error, each with its code. */
export function compose(): string {
  const services = readSupergraphConfig().map(({ name, routingUrl, schemaFile }) => ({
    name,
    url: routingUrl,
    typeDefs: parse(readFileSync(new URL(schemaFile, ROOT), 'utf8')),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl)
    throw new Error(`The subgraphs do not compose:\n${errors?.map(({ message }) => `- ${message}`).join('\n')}`);
  return `${supergraphSdl.trim()}\n`;
}

/** Writes schema/supergraph.graphql; with `check` only compares, and throws when it is stale. */
export function composeToFile(check = false): void {
  const composed = compose();
  const committed = read();
  if (composed === committed) {
    console.log('schema/supergraph.graphql is up to date');
    return;
  }
  if (check) throw new Error('schema/supergraph.graphql is stale. Run "npm run compose" and commit the result.');
  writeFileSync(OUTPUT, composed);
  console.log('schema/supergraph.graphql composed');
}

function read(): string {
  try {
    return readFileSync(OUTPUT, 'utf8');
  } catch {
    return ''; // Not composed yet.
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    composeToFile(process.argv.includes('--check'));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
