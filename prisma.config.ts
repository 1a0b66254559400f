import { defineConfig } from 'prisma/config';

// One schema folder, PostgreSQL schema and client per subgraph: `npm run prisma -- <subgraph> …` sets the name.
const subgraph = process.env.SUBGRAPH;
if (!subgraph || !/^[a-z]+$/.test(subgraph)) {
  throw new Error('Set SUBGRAPH to the name of a folder in prisma/, or use: npm run prisma -- <subgraph> <command>');
}

export default defineConfig({
  schema: `prisma/${subgraph}`,
  migrations: { path: `prisma/${subgraph}/migrations` },
  // Generating a client and printing SQL need no database.
  ...(process.env.DATABASE_URL && { datasource: { url: withSchema(process.env.DATABASE_URL, subgraph) } }),
});

function withSchema(url: string, schema: string): string {
  const parsed = new URL(url);
  parsed.searchParams.set('schema', schema);
  return parsed.href;
}
