import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { startEmbedded } from './embedded.ts';
import { parseUrl } from './errors.ts';
import { migrate } from './migrate.ts';
import { provision } from './provision.ts';

export type OpenOptions<S extends string> = {
  /** The repository: holds `.cartograph/` and `prisma/`. */
  readonly root: string;
  /** Read: DATABASE_URL, DATABASE_SECRET, and DATABASE_URL_<SUBGRAPH>, which wins for that subgraph. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly subgraphs: readonly S[];
  readonly log?: (message: string) => void;
  /** False leaves the migrations to the caller. */
  readonly migrated?: boolean;
};

export type OpenedDatabase<S extends string> = {
  /** One URL per subgraph, with its own role and `?schema=`. */
  readonly urls: Record<S, string>;
  /** Superuser of the embedded server, or DATABASE_URL; undefined when every subgraph brings its own URL. */
  readonly adminUrl: string | undefined;
  /** Leaves the embedded server, which stops when nobody else uses it. Call it after all pools are closed. */
  stop(): Promise<void>;
};

/** The database of this checkout, provisioned and migrated: the embedded one unless DATABASE_URL names another. */
export async function openDatabase<S extends string>(options: OpenOptions<S>): Promise<OpenedDatabase<S>> {
  const { root, env, subgraphs, migrated = true } = options;
  const given = new Map(subgraphs.flatMap((subgraph) => givenUrl(env, subgraph)));
  const rest = subgraphs.filter((subgraph) => !given.has(subgraph));
  const server = rest.length > 0 ? await openServer(options) : undefined;
  const stop = async (): Promise<void> => server?.stop();
  try {
    const made = server ? await provision({ ...server, subgraphs: rest }) : {};
    const urls = { ...made, ...Object.fromEntries(given) } as Record<S, string>;
    for (const subgraph of migrated ? subgraphs : []) {
      await migrate({ url: urls[subgraph], subgraph, dir: join(root, 'prisma', subgraph, 'migrations') });
    }
    return { urls, adminUrl: server?.adminUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function givenUrl<S extends string>(env: OpenOptions<S>['env'], subgraph: S): [S, string][] {
  const setting = `DATABASE_URL_${subgraph.toUpperCase()}`;
  const value = env[setting];
  if (!value) return [];
  const url = parseUrl(value, setting);
  if (!url.searchParams.has('schema')) url.searchParams.set('schema', subgraph);
  return [[subgraph, url.href]];
}

type Server = { readonly adminUrl: string; readonly secret: string; stop(): Promise<void> };

async function openServer<S extends string>({ root, env, log }: OpenOptions<S>): Promise<Server> {
  const external = env.DATABASE_URL && parseUrl(env.DATABASE_URL, 'DATABASE_URL').href;
  const embedded = external
    ? undefined
    : await startEmbedded({ dir: join(env.DATA_DIR ?? join(root, '.cartograph'), 'postgres'), ...(log && { log }) });
  const adminUrl = external ?? embedded?.adminUrl ?? '';
  // Whoever knows the administrator's password may know the others, so it can stand in for a secret.
  const secret =
    env.DATABASE_SECRET ?? createHmac('sha256', 'cartograph').update(parseUrl(adminUrl).password).digest('hex');
  return { adminUrl, secret, stop: async () => embedded?.stop() };
}
