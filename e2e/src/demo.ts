import { readSecrets } from '../../scripts/secrets.ts';
import { dataFolder, portsFrom, SUBGRAPHS, subgraphSettings } from '../../scripts/settings.ts';
import { OPEN } from '../../scripts/subgraphs.ts';

/** Fills the databases that `env` names with the demo shop. */
export async function seedAll(env: Record<string, string>): Promise<void> {
  const secrets = await readSecrets(dataFolder(env));
  for (const name of SUBGRAPHS) {
    const databaseUrl = env[`DATABASE_URL_${name.toUpperCase()}`] ?? '';
    await OPEN[name].seed(
      subgraphSettings(name, portsFrom(Number(env.BASE_PORT)), databaseUrl, secrets, env),
      () => {},
    );
  }
}
