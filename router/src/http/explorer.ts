import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const require = createRequire(import.meta.url);
/** A file of an installed package, also where its `exports` do not list it. */
const packaged = (name: string, file: string) => join(dirname(require.resolve(`${name}/package.json`)), file);

const FOLDER = new URL('../../explorer/', import.meta.url);
const EXAMPLES = new URL('../../examples/', import.meta.url);

/** Everything the page loads comes from here: no CDN, so that it works on a machine without internet. */
const ASSETS: Readonly<Record<string, { readonly path: string | URL; readonly type: string }>> = {
  'react.js': { path: packaged('react', 'umd/react.production.min.js'), type: 'text/javascript' },
  'react-dom.js': { path: packaged('react-dom', 'umd/react-dom.production.min.js'), type: 'text/javascript' },
  'graphiql.js': { path: packaged('graphiql', 'graphiql.min.js'), type: 'text/javascript' },
  'graphiql.css': { path: packaged('graphiql', 'graphiql.min.css'), type: 'text/css' },
  'explorer.js': { path: new URL('explorer.js', FOLDER), type: 'text/javascript' },
};

/** Scripts from this origin alone. GraphiQL styles its editor inline, hence the exception for styles. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; font-src 'self' data:; connect-src 'self'";

/** GraphiQL with the example operations filled in, at /explorer. Development only. */
export function addExplorer(app: FastifyInstance) {
  const page = readFileSync(new URL('index.html', FOLDER), 'utf8');
  app.get('/explorer', async (_request, reply) =>
    reply.header('content-security-policy', CONTENT_SECURITY_POLICY).type('text/html').send(page),
  );
  app.get('/explorer/examples.json', async () => readExamples());
  for (const [name, { path, type }] of Object.entries(ASSETS))
    app.get(`/explorer/${name}`, async (_request, reply) =>
      reply.header('cache-control', 'max-age=3600').type(type).send(readFileSync(path)),
    );
  app.get('/', async (_request, reply) => reply.redirect('/explorer'));
}

/** One example per `.graphql` file in order of name, with the variables of the `.json` file beside it. */
function readExamples() {
  const files = readdirSync(EXAMPLES).sort();
  return files
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => {
      const variables = file.replace('.graphql', '.json');
      return {
        query: readFileSync(new URL(file, EXAMPLES), 'utf8'),
        variables: files.includes(variables) ? readFileSync(new URL(variables, EXAMPLES), 'utf8') : '',
      };
    });
}
